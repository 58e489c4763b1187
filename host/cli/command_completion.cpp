// `completion` and `man`: what a shell and a reader of manuals want to know of the command line.
#include "host/cli/commands.hpp"
#include "host/cli/completion.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/examined_home.hpp"
#include "host/cli/manual.hpp"
#include "host/cli/values.hpp"

#include <memory>
#include <optional>
#include <string>

namespace patchbay::cli {
namespace {

void print(Console& console, std::string_view name, std::string text) {
  json::Value document;
  document.set(name, text);
  console.document(document);
  if (text.ends_with('\n')) text.pop_back();
  console.line(text);
}

class CompletionCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"completion"},
            "Print the script with which a shell completes commands, options and providers",
            "  patchbay completion zsh > ~/.zfunc/_patchbay\n"
            "  patchbay completion fish > ~/.config/fish/completions/patchbay.fish\n"
            "  source <(patchbay completion bash)"};
  }

  std::vector<Option> options() override {
    return {{"SHELL",
             "",
             "bash, zsh or fish; or providers, for the names that the scripts propose",
             &shell_,
             "bash zsh fish providers"}};
  }

  Status run(Context& context) override {
    const std::string shell = shell_.value_or("");
    Console& console = context.console();
    if (shell == "providers") return list_providers(context);
    if (shell == "bash") {
      print(console, "script", bash_completion(describe_program()));
    } else if (shell == "zsh") {
      print(console, "script", zsh_completion(describe_program()));
    } else if (shell == "fish") {
      print(console, "script", fish_completion(describe_program()));
    } else {
      return bad_value("completion", shell, "bash, zsh or fish");
    }
    return {};
  }

 private:
  // While somebody types nothing is made, and no error said.
  static Status list_providers(Context& context) {
    Examination unused;
    ExaminedHome home;
    PATCHBAY_TRY(examine_home(context, unused, home));
    json::Value names{json::Array{}};
    for (const std::string& name : provider_names(home)) {
      names.append(name);
      context.console().line(name);
    }
    json::Value document;
    document.set("providers", std::move(names));
    context.console().document(document);
    return {};
  }

  std::optional<std::string> shell_;
};

class ManCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"man"},
            "Print the manual page",
            "  patchbay man | man -l -\n"
            "  patchbay man > /usr/local/share/man/man1/patchbay.1"};
  }

  Status run(Context& context) override {
    print(context.console(), "manual", manual_page());
    return {};
  }
};

}  // namespace

void add_completion_commands(CommandList& list) {
  list.push_back(std::make_unique<CompletionCommand>());
  list.push_back(std::make_unique<ManCommand>());
}

}  // namespace patchbay::cli
