// `audit list`, `audit verify`: what was done to keys, providers and the vault.
#include "core/base/text.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/table.hpp"
#include "host/cli/values.hpp"
#include "host/vault/audit.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr std::int64_t shown_by_default = 50;
constexpr NumberRange count_range{1, 1'000'000};

json::Value document_of(const host::AuditRow& row) {
  json::Value document;
  document.set("sequence", row.sequence);
  document.set("at", row.at);
  document.set("actor", row.actor);
  document.set("action", row.action);
  document.set("object", row.object);
  document.set("outcome", row.outcome);
  document.set("detail", row.detail);
  document.set("signed", !row.signature.empty());
  return document;
}

class AuditListCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"audit", "list"},
            "What was done to keys, providers, plugins and the vault, newest last",
            "  patchbay audit list\n  patchbay audit list --last 500 --json"};
  }

  std::vector<Option> options() override {
    return {{"--last", "NUMBER", "How many; else 50", &last_}};
  }

  Status run(Context& context) override {
    std::int64_t count = shown_by_default;
    if (last_) count = PATCHBAY_TRY(parse_number("--last", *last_, count_range));
    host::Host& host = *PATCHBAY_TRY(context.host());
    json::Value rows{json::Array{}};
    Table table({"NUMBER", "TIME", "WHO", "WHAT", "OF", "OUTCOME", "DETAIL"});
    for (const host::AuditRow& row : PATCHBAY_TRY(host::read_last_audit(host.database(), count))) {
      rows.append(document_of(row));
      table.add({std::to_string(row.sequence),
                 row.at,
                 row.actor,
                 row.action,
                 row.object,
                 row.outcome,
                 row.detail});
    }
    json::Value document;
    document.set("events", std::move(rows));
    context.console().document(document);
    table.print(context.console());
    return {};
  }

 private:
  std::optional<std::string> last_;
};

class AuditVerifyCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"audit", "verify"},
            "Whether the audit trail is whole: its chain, its signatures, and the file beside it",
            "  patchbay audit verify"};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.check_initialised());
    const host::AuditFinding finding =
        PATCHBAY_TRY(host::verify_audit(host.database(), host.identity(), host.facts().audit_file));
    if (!finding.problem.empty())
      return Error{
          ErrorCode::Tampered,
          "the audit trail does not hold: " + finding.problem,
          "compare it with a backup of the database and of " + host.facts().audit_file.string()};
    json::Value document;
    document.set("rows", finding.rows);
    document.set("signed", finding.signed_rows);
    document.set("noted", finding.noted_rows);
    document.set("file", host.facts().audit_file.string());
    document.set("file_present", finding.has_file);
    Console& console = context.console();
    console.document(document);
    console.line("The audit trail holds: " + std::to_string(finding.rows) + " rows, of which " +
                 std::to_string(finding.signed_rows) + " are signed and " +
                 std::to_string(finding.noted_rows) + " stand in " +
                 host.facts().audit_file.string() + ".");
    if (finding.rows > 0 && !finding.has_file)
      console.warning("without " + host.facts().audit_file.string() +
                      " rows that were cut off at the end cannot be seen");
    return {};
  }
};

}  // namespace

void add_audit_commands(CommandList& list) {
  list.push_back(std::make_unique<AuditListCommand>());
  list.push_back(std::make_unique<AuditVerifyCommand>());
}

}  // namespace patchbay::cli
