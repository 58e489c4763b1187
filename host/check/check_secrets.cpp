// Level 6: where requests go, and what a plugin must not find.
#include "core/base/text.hpp"
#include "core/crypto/encoding.hpp"
#include "core/media/base64_encoder.hpp"
#include "host/check/checks.hpp"
#include "host/check/system_call_trap.hpp"
#include "host/engine/transport.hpp"
#include <patchbay/scalars.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace patchbay::check {
namespace {

constexpr const char* stand_in_endpoint = "https://provider.example/v1";

host::Provider provider_for(const host::AdapterManifest& adapter) {
  host::Provider provider;
  provider.name = adapter.name;
  provider.endpoint_url = adapter.endpoint.empty() ? stand_in_endpoint : adapter.endpoint;
  provider.auth_type = adapter.default_auth_type;
  provider.settings[host::image_url_setting] = "1";
  return provider;
}

// Hands a request to the code that would send it; empty where it would be sent.
std::string refusal_of(const SentRequest& sent, const host::AdapterManifest& adapter) {
  const host::Provider provider = provider_for(adapter);
  Redactor redactor;
  const host::SegmentedBody::Blobs blobs;
  auto credential = SecretBytes::copy_of(std::string_view("a credential of no one"));
  if (!credential.ok()) return {};
  std::vector<std::string> allowed{provider.endpoint_url};
  for (std::string& url : allowed)
    if (const auto parsed = net::parse_url(url); parsed.ok()) url = parsed.value().origin();
  for (const host::ManifestOrigin& origin : adapter.origins) allowed.push_back(origin.origin);
  const host::Transport transport(
      {provider, adapter, blobs, redactor, std::move(credential).value(), std::move(allowed)});
  std::vector<patchbay_kv> headers;
  for (const auto& [name, value] : sent.headers) headers.push_back({to_str(name), to_str(value)});
  const patchbay_segment body = {PATCHBAY_SEG_BYTES, 0, to_bytes(sent.body)};
  patchbay_http_request wanted{};
  wanted.struct_size = sizeof wanted;
  wanted.origin = sent.origin;
  wanted.flags = sent.flags;
  wanted.method = to_str(sent.method);
  wanted.target = to_str(sent.target);
  wanted.headers = headers.data();
  wanted.header_count = headers.size();
  wanted.body = &body;
  wanted.body_count = sent.body.empty() ? 0 : 1;
  const auto request = transport.prepare(wanted, std::make_shared<host::BodyProgress>());
  return request.ok() ? "" : printable(shortened(request.error().message, 200));
}

std::string refusal_among(const Transcript& seen, const host::AdapterManifest& adapter) {
  for (const SentRequest& request : seen.requests) {
    const std::string why = refusal_of(request, adapter);
    if (!why.empty())
      return request.method + " " + printable(shortened(request.target, 80)) +
             " would not be sent: " + why;
  }
  return {};
}

// Texts that would change where a request goes, or add a header to it.
constexpr std::string_view injections[] = {"a\r\nX-Injected: 1",
                                           "a\nb",
                                           "//elsewhere.example/x",
                                           "@elsewhere.example",
                                           "https://elsewhere.example/",
                                           "../../../admin",
                                           "a?b=c#d",
                                           "a b",
                                           "\\\\elsewhere\\x",
                                           "a\tb"};

std::vector<Question> injected(const Question& base, std::string_view text) {
  std::vector<Question> out;
  Question& by_model = out.emplace_back(base);
  by_model.model = text;
  Question& by_prompt = out.emplace_back(base);
  by_prompt.messages = {{PATCHBAY_ROLE_USER, {{PATCHBAY_PART_TEXT, std::string(text), ""}}}};
  Question& by_parameter = out.emplace_back(base);
  for (const char* const key : {"size", "aspect_ratio", "resolution", "count", "seed"})
    by_parameter.params.emplace_back(key, text);
  return out;
}

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte < 0x20 || byte == 0x7F;
}

// Where a request goes, without what may differ: the marks that part a target, the names of
// headers.
std::string shape_of(const SentRequest& request) {
  std::string out = request.method + " " + std::to_string(request.origin) + " ";
  for (const char c : request.target)
    if (std::string_view("/?#&\\@ ").find(c) != std::string_view::npos || is_control(c)) out += c;
  for (const auto& [name, value] : request.headers) {
    out += "\n" + name + (std::any_of(value.begin(), value.end(), is_control) ? " torn" : "");
  }
  return out;
}

std::string first_shape(const Subject& subject, const Question& question) {
  const Transcript seen = play(subject.loaded(), question, {});
  return seen.requests.empty() ? "" : shape_of(seen.requests.front());
}

// Everything that leaves the plugin, in one text.
std::string all_said(const Transcript& seen) {
  std::string out = seen.json() + seen.log;
  for (const SentRequest& request : seen.requests) {
    out += request.target + "\n" + request.body + "\n";
    for (const auto& [name, value] : request.headers) out += name + ": " + value + "\n";
  }
  return out;
}

std::vector<std::string> disguises(const std::string& secret) {
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size());
  std::vector<std::string> out{secret, crypto::to_hex(bytes)};
  for (std::size_t shift = 0; shift < 3; ++shift) {  // base64 looks different at each
    const std::span inner = bytes.subspan(shift, (bytes.size() - shift) / 3 * 3);
    std::string encoded(media::base64_size(inner.size()), '\0');
    media::base64_encode(inner, encoded);
    out.push_back(std::move(encoded));
  }
  return out;
}

// Under the names by which an adapter's own users keep their keys.
void plant(const std::string& canary, const host::Manifest& manifest) {
  for (const host::AdapterManifest& adapter : manifest.adapters)
    for (const std::string& name : adapter.key_environment_variables)
      ::setenv(name.c_str(), canary.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
}

}  // namespace

Finding check_requests(Subject& subject) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  for (const Scene& scene : scenes.value()) {
    subject.about_to("play " + scene.name);
    const std::string complaint = refusal_among(
        play(subject.loaded(), scene.question, scene.replies), subject.adapter(scene.question));
    if (!complaint.empty()) return failed(scene.name + ": " + complaint);
  }
  return {};
}

Finding check_injection(Subject& subject) {
  for (const Question& base : subject.questions()) {
    std::vector<std::string> wanted;
    for (const Question& harmless : injected(base, "a"))
      wanted.push_back(first_shape(subject, harmless));
    for (const std::string_view text : injections) {
      const std::vector<Question> hostile = injected(base, text);
      for (std::size_t i = 0; i < hostile.size(); ++i) {
        const std::string where = subject.name_of(base) + ", asked with '" + printable(text) + "'";
        subject.about_to(where);
        const std::string seen = first_shape(subject, hostile[i]);
        // Refusing it is as good.
        if (!seen.empty() && !wanted[i].empty() && seen != wanted[i])
          return failed(where + ": it changes the request, escape it: " + printable(seen));
      }
    }
  }
  return {};
}

Finding check_canary(Subject& subject) {
  const auto manifest = subject.manifest();
  if (!manifest.ok()) return failed(manifest.error().message);
  if (subject.canary().empty()) return skipped("no secret was planted");
  plant(subject.canary(), *manifest.value());
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  const std::vector<std::string> forms = disguises(subject.canary());
  for (const Scene& scene : scenes.value()) {
    subject.about_to("play " + scene.name);
    const std::string said = all_said(play(subject.loaded(), scene.question, scene.replies));
    for (const std::string& form : forms)
      if (said.find(form) != std::string::npos)
        return failed(scene.name + ": it says a secret that stood in the environment or in a file");
  }
  return {};
}

Finding check_system_calls(Subject& subject) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  const auto play_all = [&] {
    for (const Scene& scene : scenes.value())
      (void)play(subject.loaded(), scene.question, scene.replies);
  };
  subject.about_to("play every scene");
  play_all();  // what the C library asks for once, it has asked for by then
  const std::string obstacle = trap_system_calls();
  if (!obstacle.empty()) return skipped(obstacle);
  play_all();
  return {};
}

}  // namespace patchbay::check
