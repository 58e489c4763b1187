// `plugin check`: whether a plugin keeps its contract.
#include "host/check/check.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/plugin_view.hpp"
#include "host/cli/values.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

constexpr std::int64_t fuzz_rounds_max = 100'000'000;
constexpr std::size_t name_width = 18;

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

std::string line_of(const check::CheckResult& result) {
  std::string line = std::to_string(result.check->level) + "  " +
                     padded(check::to_string(result.finding.verdict), 9) +
                     padded(result.check->name, name_width);
  const bool holds = result.finding.verdict == check::Verdict::Pass;
  line += holds ? result.check->law : result.finding.detail;
  if (holds && !result.finding.detail.empty()) line += " (" + result.finding.detail + ")";
  return line;
}

json::Value document_of(const check::CheckResult& result) {
  json::Value value;
  value.set("name", result.check->name);
  value.set("level", std::int64_t{result.check->level});
  value.set("law", result.check->law);
  value.set("verdict", check::to_string(result.finding.verdict));
  value.set("detail", result.finding.detail);
  value.set("duration_ms", std::int64_t{result.duration.count()});
  return value;
}

class PluginCheckCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"plugin", "check"},
            "Try whether a plugin keeps its contract",
            "  patchbay plugin check build/acme.so cassettes\n"
            "  patchbay plugin check build/acme.so cassettes --only chunks --only cancel\n"
            "  patchbay plugin check build/acme.so cassettes --only fuzz --seed 7 --rounds 100000\n"
            "  patchbay plugin check --list\n"
            "Each check runs in a process of its own, with an empty environment and no key of\n"
            "yours. It runs the plugin's code all the same, with what you may do."};
  }

  std::vector<Option> options() override {
    return {
        {"FILE",
         "",
         "The plugin: its file, or the name of one that was found",
         &plugin_,
         propose_files},
        {"CASSETTES",
         "",
         "A cassette, or a folder of them: what the provider answers",
         &cassettes_,
         propose_files},
        {"--only", "CHECK", "This check alone; may be repeated", &only_},
        {"--seed", "N", "Of what is drawn by chance: the same finds the same (default 1)", &seed_},
        {"--rounds", "N", "Answers that `fuzz` makes up (default 2000)", &rounds_},
        {"--timeout", "DURATION", "For each check (default 60s)", &timeout_},
        {"--expect", "", "First write the .expected of cassettes that have none", &expect_},
        {"--list", "", "List the checks, and try none", &list_}};
  }

  Status run(Context& context) override {
    if (list_) return list(context.console());
    const check::CheckOptions options = PATCHBAY_TRY(check_options(context));
    if (expect_) PATCHBAY_TRY(write_transcripts(context.console(), options));
    Console& console = context.console();
    const auto report =
        PATCHBAY_TRY(check::check_plugin(options, [&](const check::CheckResult& result) {
          console.clear_status();
          console.line(line_of(result));
        }));
    tell(console, options, report);
    if (!report.holds()) context.exit_with(describe(ErrorCode::Plugin).exit_code);
    return {};
  }

 private:
  static Status list(Console& console) {
    json::Value checks{json::Array{}};
    for (const check::Check& check : check::all_checks()) {
      console.line(std::to_string(check.level) + "  " + padded(check.name, name_width) +
                   std::string(check.law));
      json::Value value;
      value.set("name", check.name);
      value.set("level", std::int64_t{check.level});
      value.set("law", check.law);
      checks.append(std::move(value));
    }
    json::Value document;
    document.set("checks", std::move(checks));
    console.document(document);
    return {};
  }

  Result<check::CheckOptions> check_options(Context& context) const {
    check::CheckOptions options;
    options.plugin = PATCHBAY_TRY(plugin_file(context));
    if (cassettes_) options.cassettes = *cassettes_;
    options.only = only_;
    constexpr NumberRange seeds{0, std::numeric_limits<std::int64_t>::max()};
    if (seed_)
      options.seed =
          static_cast<std::uint64_t>(PATCHBAY_TRY(parse_number("--seed", *seed_, seeds)));
    if (rounds_)
      options.fuzz_rounds = static_cast<unsigned>(
          PATCHBAY_TRY(parse_number("--rounds", *rounds_, {1, fuzz_rounds_max})));
    if (timeout_) options.time_max = PATCHBAY_TRY(parse_duration("--timeout", *timeout_));
    std::error_code failure;
    options.program = std::filesystem::read_symlink("/proc/self/exe", failure);
    if (failure) return Error{ErrorCode::Internal, "this program cannot find itself"};
    return options;
  }

  // A file is taken as it is, so that nothing of a home is needed.
  Result<std::filesystem::path> plugin_file(Context& context) const {
    std::error_code failure;
    if (plugin_ && std::filesystem::is_regular_file(*plugin_, failure))
      return std::filesystem::path(*plugin_);
    const bool is_path = plugin_ && plugin_->find('/') != std::string::npos;
    if (is_path) return Error{ErrorCode::NotFound, "there is no file " + *plugin_};
    return PATCHBAY_TRY(plugin_named(context, plugin_)).path;
  }

  static Status write_transcripts(Console& console, const check::CheckOptions& options) {
    const std::string written = PATCHBAY_TRY(check::write_missing_transcripts(options));
    console.note(written.empty() ? "Every cassette has its .expected already."
                                 : "Written, to be read by you: " + written);
    return {};
  }

  static void tell(Console& console,
                   const check::CheckOptions& options,
                   const check::CheckReport& report) {
    json::Value checks{json::Array{}};
    std::size_t broken = 0;
    for (const check::CheckResult& result : report.results) {
      checks.append(document_of(result));
      const check::Verdict verdict = result.finding.verdict;
      if (verdict != check::Verdict::Pass && verdict != check::Verdict::Warn &&
          verdict != check::Verdict::Skip)
        ++broken;
    }
    json::Value document;
    document.set("plugin", options.plugin.string());
    document.set("holds", report.holds());
    if (options.only.empty()) document.set("level", std::int64_t{report.level});
    document.set("level_max", std::int64_t{check::level_max});
    document.set("seed", options.seed);
    document.set("checks", std::move(checks));
    console.document(document);
    std::string words =
        broken == 0 ? "Nothing is broken." : std::to_string(broken) + " checks are broken.";
    if (options.only.empty())
      words += " Level " + std::to_string(report.level) + " of " +
               std::to_string(check::level_max) + " (" +
               std::string(check::level_name(report.level)) + ").";
    console.line(words);
  }

  std::optional<std::string> plugin_;
  std::optional<std::string> cassettes_;
  std::vector<std::string> only_;
  std::optional<std::string> seed_;
  std::optional<std::string> rounds_;
  std::optional<std::string> timeout_;
  bool expect_ = false;
  bool list_ = false;
};

}  // namespace

void add_plugin_check_commands(CommandList& list) {
  list.push_back(std::make_unique<PluginCheckCommand>());
}

}  // namespace patchbay::cli
