// `plugin record`: what a provider really answers, as a cassette without secrets.
#include "core/base/file.hpp"
#include "host/check/cassette.hpp"
#include "host/check/recording_client.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/request_arguments.hpp"
#include "host/cli/values.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

constexpr std::array operations{host::Operation::Image,
                                host::Operation::Chat,
                                host::Operation::Models,
                                host::Operation::Verify};

// The answer itself is on the cassette.
class DiscardingSink final : public host::Sink {
 public:
  Status begin(const host::PartStart&) override { return {}; }
  Status write(std::uint32_t, std::span<const std::uint8_t>) override { return {}; }
  Status end(const host::PartEnd&) override { return {}; }
  Status model(const host::ListedModel&) override { return {}; }
};

json::Value list_of(const std::vector<std::string>& words) {
  json::Value list{json::Array{}};
  for (const std::string& word : words) list.append(word);
  return list;
}

constexpr std::uint32_t first_error_status = 400;

// After a refusal the host asks whether the key is good: that is no part of the session.
void drop_what_follows_a_refusal(std::vector<check::Reply>& replies) {
  const auto refusal = std::find_if(replies.begin(), replies.end(), [](const auto& reply) {
    return reply.status >= first_error_status;
  });
  if (refusal != replies.end()) replies.erase(refusal + 1, replies.end());
}

class PluginRecordCommand final : public Command {
 public:
  CommandWords words() const override {
    return {
        {"plugin", "record"},
        "Record what a provider answers, as a cassette without secrets",
        "  patchbay plugin record \"a cat\" --provider acme --out cassettes/image.cassette\n"
        "  patchbay plugin record \"hello\" --provider acme --operation chat --out hello.cassette\n"
        "  patchbay plugin record --provider acme --operation models --out models.cassette\n"
        "It makes a real call with the key that is stored, which the provider may bill."};
  }

  std::vector<Option> options() override {
    return {
        {"PROMPT", "", "What to ask, for images and chat", &arguments_.prompt_word},
        {"--provider", "NAME", "Whom to ask", &arguments_.provider, propose_providers},
        {"--model", "ID", "The provider's model", &arguments_.model},
        {"--param", "KEY=VALUE", "A parameter of the request; may be repeated", &arguments_.params},
        {"--operation",
         "NAME",
         "image (the default), chat, models or verify",
         &operation_,
         "image chat models verify"},
        {"--out", "FILE", "Where the cassette goes; it must not be there yet", &out_},
        {"--timeout", "TIME", "Give up after this time, eg 90 or 2m", &arguments_.timeout}};
  }

  Status run(Context& context) override {
    if (!arguments_.provider) return Error{ErrorCode::Usage, "which provider?", "--provider NAME"};
    if (!out_) return Error{ErrorCode::Usage, "where to?", "--out FILE.cassette"};
    // Before the call, which may cost something.
    std::error_code failure;
    if (std::filesystem::exists(std::filesystem::symlink_status(*out_, failure)))
      return Error{ErrorCode::AlreadyExists, *out_ + " is there already", "choose another name"};
    host::Request request = PATCHBAY_TRY(request_for(context));
    const auto recording = std::make_shared<check::Recording>();
    context.wrap_client([&context, recording](std::unique_ptr<net::HttpClient> client) {
      return std::make_unique<check::RecordingClient>(
          std::move(client), context.redactor(), recording);
    });
    host::Host& host = *PATCHBAY_TRY(context.host());
    std::vector<host::Candidate> candidates;
    PATCHBAY_TRY(context.route(request, candidates));
    check::Cassette cassette = cassette_of(request, candidates.front());
    DiscardingSink sink;
    const auto sinks = [&]() -> Result<host::Sink*> {
      recording->start_over();
      return &sink;
    };
    const auto report = context.run("Recording", std::move(request), sinks);
    static_cast<void>(host);
    cassette.replies = recording->replies;
    drop_what_follows_a_refusal(cassette.replies);
    // An answer that is an error is as good to have; none at all is not.
    if (cassette.replies.empty()) {
      if (!report.ok()) return report.error();
      return Error{ErrorCode::Plugin,
                   "the adapter asked its provider nothing",
                   "there is nothing to record"};
    }
    PATCHBAY_TRY(write(cassette));
    tell(context.console(), cassette, *recording, report);
    return {};
  }

 private:
  Result<host::Request> request_for(const Context& context) const {
    const std::string name = operation_.value_or("image");
    const auto operation = std::find_if(operations.begin(), operations.end(), [&](const auto one) {
      return to_string(one) == name;
    });
    if (operation == operations.end())
      return bad_value("--operation", name, "image, chat, models or verify");
    const bool asks = *operation == host::Operation::Image || *operation == host::Operation::Chat;
    if (asks) return request_of(arguments_, *operation, context);
    host::Request request;
    request.operation = *operation;
    request.provider = *arguments_.provider;
    request.user = context.user();
    if (arguments_.timeout)
      request.deadline = PATCHBAY_TRY(parse_duration("--timeout", *arguments_.timeout));
    return request;
  }

  static check::Cassette cassette_of(const host::Request& request,
                                     const host::Candidate& candidate) {
    check::Cassette cassette;
    cassette.question.operation = static_cast<std::uint32_t>(request.operation);
    cassette.question.messages.clear();
    const bool asks =
        request.operation == host::Operation::Image || request.operation == host::Operation::Chat;
    if (asks) cassette.question.model = candidate.model;
    for (const host::Message& message : request.messages)
      for (const host::MessagePart& part : message.parts)
        cassette.question.messages.push_back(
            {PATCHBAY_ROLE_USER, {{PATCHBAY_PART_TEXT, part.text, ""}}});
    cassette.question.params = request.params;
    const auto& adapters = candidate.adapter.plugin->manifest.adapters;
    if (adapters.size() > 1) cassette.adapter = candidate.adapter.manifest().id;
    return cassette;
  }

  Status write(const check::Cassette& cassette) const {
    const std::string text = PATCHBAY_TRY(check::write_cassette(cassette));
    constexpr mode_t mode = 0644;
    return write_file(*out_, text, mode, IfExists::Fail);
  }

  void tell(Console& console,
            const check::Cassette& cassette,
            const check::Recording& recording,
            const Result<host::RunReport>& report) const {
    json::Value document;
    document.set("cassette", *out_);
    document.set("replies", static_cast<std::int64_t>(cassette.replies.size()));
    document.set("removed", list_of(recording.removed));
    document.set("missing", list_of(recording.missing));
    document.set("answered", report.ok());
    console.document(document);
    console.line("Recorded " + std::to_string(cassette.replies.size()) + " answers in " + *out_);
    for (const std::string& what : recording.removed) console.line("removed: " + what);
    for (const std::string& what : recording.missing) console.warning("missing: " + what);
    if (!report.ok()) console.warning("what was recorded is a failure: " + report.error().message);
    console.note("Read it before you pass it on: what is personal to you, only you can tell.");
  }

  RequestArguments arguments_;
  std::optional<std::string> operation_;
  std::optional<std::string> out_;
};

}  // namespace

void add_plugin_record_commands(CommandList& list) {
  list.push_back(std::make_unique<PluginRecordCommand>());
}

}  // namespace patchbay::cli
