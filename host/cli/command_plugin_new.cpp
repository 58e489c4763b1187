// `plugin new`: from nothing to a plugin that builds and passes its test.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/plugin_project.hpp"
#include "host/cli/values.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

class PluginNewCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"plugin", "new"},
            "Write the project of a new plugin, with a test that passes",
            "  patchbay plugin new lantern\n"
            "  patchbay plugin new lantern --lang c --dir ~/src/lantern\n"
            "It builds against the installed SDK: see the README.md that it writes."};
  }

  std::vector<Option> options() override {
    return {{"NAME", "", "The provider's name: a lower-case word", &name_},
            {"--lang", "LANGUAGE", "cpp (the default) or c", &language_, "cpp c"},
            {"--dir", "DIR", "The folder to make; its name is NAME otherwise", &folder_}};
  }

  Status run(Context& context) override {
    if (!name_) return Error{ErrorCode::Usage, "which name?", "patchbay plugin new NAME"};
    PluginProject project;
    project.name = *name_;
    project.language = language_.value_or("cpp") == "c++" ? "cpp" : language_.value_or("cpp");
    if (project.language != "cpp" && project.language != "c")
      return bad_value("--lang", project.language, "cpp or c");
    project.folder = folder_.value_or(*name_);
    const auto written = PATCHBAY_TRY(write_project(project));
    Console& console = context.console();
    json::Value files{json::Array{}};
    for (const auto& path : written) {
      files.append(path.string());
      console.line(path.string());
    }
    json::Value document;
    document.set("folder", project.folder.string());
    document.set("files", std::move(files));
    console.document(document);
    const std::string folder = project.folder.string();
    console.note("Next: cmake -S " + folder + " -B " + folder + "/build && cmake --build " +
                 folder + "/build && ctest --test-dir " + folder + "/build");
    return {};
  }

 private:
  std::optional<std::string> name_;
  std::optional<std::string> language_;
  std::optional<std::string> folder_;
};

}  // namespace

void add_plugin_new_commands(CommandList& list) {
  list.push_back(std::make_unique<PluginNewCommand>());
}

}  // namespace patchbay::cli
