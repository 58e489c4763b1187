// `models`: what the providers offer, asked live.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/table.hpp"
#include "host/cli/values.hpp"
#include "host/engine/models_sink.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

struct ModelList {
  std::string provider;
  std::vector<host::ListedModel> models;
};

std::string abilities_of(const host::ListedModel& model) {
  if (model.draws) return model.chats ? "images, text" : "images";
  return model.chats ? "text" : "";
}

json::Value document_of(const std::vector<ModelList>& lists) {
  json::Value models{json::Array{}};
  for (const ModelList& list : lists) {
    for (const host::ListedModel& model : list.models) {
      json::Value value;
      value.set("provider", list.provider);
      value.set("id", model.id);
      value.set("display_name", model.display_name);
      value.set("description", model.description);
      value.set("images", model.draws);
      value.set("chat", model.chats);
      models.append(std::move(value));
    }
  }
  json::Value document;
  document.set("models", std::move(models));
  return document;
}

class ModelsCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"models"},
            "What the providers offer, asked live",
            "  patchbay models\n"
            "  patchbay models --provider acme --images --json"};
  }

  std::vector<Option> options() override {
    return {
        {"--provider", "NAME", "This one only; else all with a key", &provider_, propose_providers},
        {"--images", "", "Only models that make images", &images_only_},
        {"--timeout", "TIME", "Give up after this time, eg 20 or 1m", &timeout_}};
  }

  Status run(Context& context) override {
    const std::vector<std::string> names = PATCHBAY_TRY(providers(context));
    std::vector<ModelList> lists;
    std::optional<Error> first_error;
    for (const std::string& name : names) {
      auto list = models_of(name, context);
      if (list.ok()) {
        lists.push_back(std::move(list).value());
        continue;
      }
      if (list.error().code == ErrorCode::Cancelled || names.size() == 1) return list.error();
      context.console().warning(name + ": " + list.error().message);
      if (!first_error) first_error = list.error();
    }
    if (lists.empty() && first_error) return *first_error;
    print(context.console(), lists);
    return {};
  }

 private:
  // Those that a request could go to now.
  Result<std::vector<std::string>> providers(Context& context) const {
    if (provider_) return std::vector{*provider_};
    host::Host& host = *PATCHBAY_TRY(context.host());
    host::Request request;
    request.operation = host::Operation::Models;
    request.environment = host.config().environment;
    request.user = context.user();
    std::vector<std::string> names;
    for (const host::Candidate& candidate : PATCHBAY_TRY(host.candidates(request))) {
      const std::string& name = candidate.provider.name;
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    return names;
  }

  Result<ModelList> models_of(const std::string& name, Context& context) const {
    host::Request request;
    request.operation = host::Operation::Models;
    request.provider = name;
    request.user = context.user();
    if (timeout_) request.deadline = PATCHBAY_TRY(parse_duration("--timeout", *timeout_));
    std::unique_ptr<host::ModelsSink> sink;
    const auto sinks = [&sink]() -> Result<host::Sink*> {
      sink = std::make_unique<host::ModelsSink>();
      return sink.get();
    };
    PATCHBAY_TRY(context.run("Asking " + name, std::move(request), sinks));
    ModelList list{name, sink->models()};
    if (images_only_) std::erase_if(list.models, [](const auto& model) { return !model.draws; });
    return list;
  }

  static void print(Console& console, const std::vector<ModelList>& lists) {
    console.document(document_of(lists));
    Table table({"PROVIDER", "MODEL", "MAKES", "NAME"});
    for (const ModelList& list : lists) {
      for (const host::ListedModel& model : list.models) {
        table.add({list.provider, model.id, abilities_of(model), model.display_name});
      }
    }
    table.print(console);
  }

  std::optional<std::string> provider_;
  std::optional<std::string> timeout_;
  bool images_only_ = false;
};

}  // namespace

void add_models_commands(CommandList& list) {
  list.push_back(std::make_unique<ModelsCommand>());
}

}  // namespace patchbay::cli
