// `doctor`: everything that a bug report would need, looked at without changing or calling
// anything.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/examine_machine.hpp"
#include "host/cli/examined_home.hpp"
#include "host/cli/settings_view.hpp"
#include "host/cli/table.hpp"

#include <memory>
#include <string>
#include <vector>

namespace patchbay::cli {
namespace {

std::string words_about(const LibraryVersion& library) {
  if (library.built.empty() || library.built == library.running) return library.running;
  return library.running + ", built with " + library.built;
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string summary_of(std::size_t failures, std::size_t warnings) {
  if (failures > 0) {
    return counted(failures, "check") + " failed" +
           (warnings == 0 ? "." : ", beside " + counted(warnings, "warning") + ".");
  }
  return warnings == 0 ? "All is well." : "Nothing is wrong; " + counted(warnings, "warning") + ".";
}

void show_versions(Console& console, json::Value& document) {
  json::Value versions{json::Object{}};
  Table table({"VERSIONS", ""});
  for (const LibraryVersion& library : all_versions()) {
    versions.set(library.name, words_about(library));
    table.add({library.name, words_about(library)});
  }
  document.set("versions", std::move(versions));
  table.print(console);
}

void show_findings(Console& console, const Examination& examination, json::Value& document) {
  json::Value checks{json::Array{}};
  Table table({"RESULT", "CHECK", "", "FOUND"});
  for (const Finding& finding : examination.findings()) {
    json::Value check;
    check.set("group", finding.group);
    check.set("check", finding.check);
    check.set("result", to_string(finding.health));
    check.set("detail", finding.detail);
    check.set("hint", finding.hint);
    checks.append(std::move(check));
    table.add(
        {std::string(to_string(finding.health)), finding.group, finding.check, finding.detail});
    if (!finding.hint.empty()) table.add({"", "", "", "-> " + finding.hint});
  }
  document.set("checks", std::move(checks));
  table.print(console);
}

void show_settings(Console& console,
                   const std::vector<ShownSetting>& settings,
                   json::Value& document) {
  json::Value list{json::Array{}};
  Table table({"SETTING", "VALUE", "FROM"});
  for (const ShownSetting& setting : settings) {
    json::Value row;
    row.set("name", setting.name);
    row.set("value", setting.value);
    row.set("origin", setting.origin);
    list.append(std::move(row));
    table.add({setting.name, setting.value.empty() ? "-" : setting.value, setting.origin});
  }
  document.set("settings", std::move(list));
  table.print(console);
}

class DoctorCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"doctor"},
            "Check everything that a bug report would need; changes nothing, calls nobody",
            "  patchbay doctor\n"
            "  patchbay doctor --json > report.json"};
  }

  Status run(Context& context) override {
    Examination examination;
    ExaminedHome home;
    examine_process(examination);
    const Status found = examine_home(context, examination, home);
    std::vector<ShownSetting> settings;
    if (found.ok()) {
      examine_plugins(examination, home);
      examine_providers(examination, home);
      settings = shown_settings(context, home.facts);
    } else {
      examination.fail("home", found.error());
    }
    examine_network(examination, home.facts.config);
    examine_variables(examination);
    return show(context, examination, settings);
  }

 private:
  static Status show(Context& context,
                     const Examination& examination,
                     const std::vector<ShownSetting>& settings) {
    Console& console = context.console();
    const std::size_t failures = examination.count(Health::Failure);
    const std::size_t warnings = examination.count(Health::Warning);
    json::Value document;
    document.set("ok", failures == 0);
    document.set("failures", static_cast<std::int64_t>(failures));
    document.set("warnings", static_cast<std::int64_t>(warnings));
    show_versions(console, document);
    console.line("");
    show_findings(console, examination, document);
    console.line("");
    show_settings(console, settings, document);
    console.document(document);
    console.line("");
    console.line(summary_of(failures, warnings));
    if (failures > 0) context.exit_with(1);
    return {};
  }
};

}  // namespace

void add_doctor_commands(CommandList& list) {
  list.push_back(std::make_unique<DoctorCommand>());
}

}  // namespace patchbay::cli
