#include "host/jobs/sidecar.hpp"

#include "core/base/clock.hpp"
#include "core/base/file.hpp"
#include "host/engine/file_blob.hpp"

#include <sys/stat.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

void set_where_known(json::Value& value,
                     std::string_view name,
                     const std::optional<std::uint64_t>& number) {
  if (number) value.set(name, *number);
}

std::string_view meta_of(const RunReport& run, std::string_view name) {
  for (const auto& [key, value] : run.outcome.meta)
    if (key == name) return value;
  return {};
}

void set_where_said(json::Value& value, std::string_view name, std::string_view text) {
  if (!text.empty()) value.set(name, text);
}

// What this request asks: of a conversation the last turn.
void set_prompt(json::Value& document, const Request& request) {
  std::string prompt;
  json::Value inputs{json::Array{}};
  for (const Message& message : request.messages) {
    if (message.role == Role::System) document.set("system", message.parts.front().text);
    if (&message != &request.messages.back()) continue;
    for (const MessagePart& part : message.parts) {
      if (part.kind == PartKind::Text) prompt += part.text;
      if (part.kind != PartKind::Image) continue;
      const Blob& blob = *request.blobs[part.blob_index];
      json::Value input;
      input.set("mime", blob.mime);
      input.set("bytes", blob.size());
      if (const auto* file = dynamic_cast<const FileBlob*>(&blob))
        input.set("sha256", file->sha256());
      inputs.append(std::move(input));
    }
  }
  document.set("prompt", prompt);
  if (!inputs.array()->empty()) document.set("inputs", std::move(inputs));
}

json::Value number_or_text(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return text;
}

void set_parameters(json::Value& document, const Request& request) {
  json::Value parameters{json::Object{}};
  for (const auto& [name, value] : request.params) {
    if (name == "seed") {
      document.set(name, number_or_text(value));
    } else {
      parameters.set(name, value);
    }
  }
  document.set("parameters", std::move(parameters));
}

}  // namespace

json::Value document_of(const SavedImage& image) {
  json::Value value;
  if (!image.path.empty()) value.set("file", image.path.string());
  value.set("format", media::suffix_of(image.format).substr(1));
  value.set("mime", media::mime_of(image.format));
  value.set("width", std::int64_t{image.width});
  value.set("height", std::int64_t{image.height});
  value.set("bytes", image.size);
  value.set("sha256", image.sha256);
  if (image.converted_from) value.set("converted_from", media::mime_of(*image.converted_from));
  return value;
}

json::Value document_of(const Usage& usage) {
  json::Value value{json::Object{}};
  set_where_known(value, "input_tokens", usage.input_tokens);
  set_where_known(value, "output_tokens", usage.output_tokens);
  set_where_known(value, "total_tokens", usage.total_tokens);
  if (usage.cost_nano_usd) value.set("cost_usd", static_cast<double>(*usage.cost_nano_usd) / 1e9);
  if (!usage.cost_source.empty()) value.set("cost_source", usage.cost_source);
  return value;
}

json::Value sidecar_document(const SidecarFacts& facts) {
  json::Value document = document_of(facts.image);
  // Both may be moved together.
  document.set("file", facts.image.path.filename().string());
  set_prompt(document, facts.request);
  document.set("provider", facts.run.candidate.provider.name);
  document.set("model", facts.run.candidate.model);
  set_where_said(document, "model_version", meta_of(facts.run, "model"));
  set_where_said(document, "response_id", meta_of(facts.run, "response_id"));
  set_parameters(document, facts.request);
  set_where_said(document, "mapping", meta_of(facts.run, "mapping"));
  document.set("made_at", sql_timestamp(facts.unix_ms) + " UTC");
  document.set("duration_ms", std::int64_t{facts.run.outcome.latency.count()});
  document.set("usage", document_of(facts.run.outcome.usage));
  document.set("request_id", facts.run.request_id);
  document.set("attempt_id", facts.run.attempt_id);
  return document;
}

Result<std::filesystem::path> write_sidecar(const SidecarFacts& facts, const ImagePlace& place) {
  const std::filesystem::path path = sidecar_of(facts.image.path);
  const std::string text = json::write(sidecar_document(facts), json::Layout::Indented) + "\n";
  const Status written = write_file(path, text, 0600, place.if_exists);
  if (!written.ok()) {
    Error error = written.error();
    error.message = facts.image.path.string() + " is there, its sidecar is not: " + error.message;
    return error;
  }
  static_cast<void>(::chmod(path.c_str(), place.mode));
  return path;
}

}  // namespace patchbay::host
