// `db status`, `db migrate`, `db backup`, `db check`: the store.
#include "core/store/migrator.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/table.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

std::string name_of(store::FileOrigin origin) {
  return origin == store::FileOrigin::Own ? "own" : "foreign";
}

class DbStatusCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"db", "status"},
            "Which database this is, and which migrations it has seen",
            "  patchbay db status\n"
            "  patchbay --db other.db db status --json"};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    const auto origin = PATCHBAY_TRY(store::file_origin(host.database()));
    const auto applied = PATCHBAY_TRY(store::applied_migrations(host.database()));
    json::Value rows{json::Array{}};
    Table table({"MIGRATION", "NAME", "APPLIED", "CHECKSUM"});
    for (const store::AppliedMigration& step : applied) {
      json::Value row;
      row.set("version", step.version);
      row.set("name", step.name);
      row.set("applied_at", step.applied_at);
      row.set("checksum", step.checksum);
      rows.append(std::move(row));
      table.add(
          {std::to_string(step.version), step.name, step.applied_at, step.checksum.substr(0, 12)});
    }
    json::Value document;
    document.set("file", host.facts().database_file.string());
    document.set("origin", name_of(origin));
    document.set("migrations", std::move(rows));
    Console& console = context.console();
    console.document(document);
    console.line("file    " + host.facts().database_file.string());
    console.line(origin == store::FileOrigin::Own
                     ? "origin  made by Patchbay"
                     : "origin  made by another system: its tables are left as they are");
    table.print(console);
    return {};
  }
};

class DbMigrateCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"db", "migrate"},
            "Bring the database to this program's schema (every command does that, too)",
            "  patchbay db migrate"};
  }

  Status run(Context& context) override {
    const auto facts = PATCHBAY_TRY(host::read_home(context.host_options()));
    auto database =
        PATCHBAY_TRY(store::Database::open(facts.database_file, store::OpenMode::ReadWriteCreate));
    const std::vector<int> now =
        PATCHBAY_TRY(store::migrate(database, store::embedded_migrations()));
    json::Value steps{json::Array{}};
    for (const int version : now) steps.append(version);
    json::Value document;
    document.set("file", facts.database_file.string());
    document.set("applied", std::move(steps));
    context.console().document(document);
    context.console().line(now.empty() ? "Up to date: nothing to do."
                                       : std::to_string(now.size()) + " migrations applied.");
    return {};
  }
};

class DbBackupCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"db", "backup"},
            "Copy the database while it is in use, and check the copy",
            "  patchbay db backup --out patchbay-backup.db"};
  }

  std::vector<Option> options() override {
    return {{"--out", "FILE", "The copy; must not exist yet", &out_}};
  }

  Status run(Context& context) override {
    if (!out_ || out_->empty()) {
      return Error{ErrorCode::Usage, "there is no file to write the copy to", "pass --out FILE"};
    }
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.database().backup_to(*out_));
    json::Value document;
    document.set("file", *out_);
    document.set("verified", true);
    context.console().document(document);
    context.console().line("Database copied to " + *out_ + ", and the copy checked.");
    context.console().note(
        "the keys in it open with service.key alone: keep a copy of that, "
        "elsewhere");
    return {};
  }

 private:
  std::optional<std::string> out_;
};

class DbCheckCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"db", "check"}, "Examine the database for damage", "  patchbay db check"};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    const std::string found = PATCHBAY_TRY(host.database().quick_check());
    if (found != "ok") {
      return Error{ErrorCode::Store,
                   host.facts().database_file.string() + " is damaged: " + found,
                   "restore it from a backup made by `patchbay db backup`"};
    }
    json::Value document;
    document.set("file", host.facts().database_file.string());
    document.set("ok", true);
    context.console().document(document);
    context.console().line("The database is sound.");
    return {};
  }
};

}  // namespace

void add_db_commands(CommandList& list) {
  list.push_back(std::make_unique<DbStatusCommand>());
  list.push_back(std::make_unique<DbMigrateCommand>());
  list.push_back(std::make_unique<DbBackupCommand>());
  list.push_back(std::make_unique<DbCheckCommand>());
}

}  // namespace patchbay::cli
