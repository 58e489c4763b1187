// `db status`, `db migrate`, `db backup`, `db check`: the store.
#include "core/base/file.hpp"
#include "core/store/migrator.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/table.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

// One step of the schema: what is recorded of it, or that it is still to come.
struct Step {
  int version = 0;
  std::string name;
  std::string checksum;
  std::optional<std::string> applied_at;
};

struct Schema {
  std::optional<store::FileOrigin> origin;  // empty: never migrated
  std::vector<Step> steps;
  Status fits;  // the error says why this program cannot use the database
};

Result<store::Database> examined(const host::HomeFacts& facts) {
  PATCHBAY_TRY(host::check_store_not_lost(facts));
  return store::Database::open(facts.database_file, store::OpenMode::Examine);
}

Step step_of(const store::Migration& known) {
  return {known.version, std::string(known.name), std::string(known.checksum), std::nullopt};
}

Result<Schema> schema_of(store::Database& database) {
  Schema schema;
  for (const auto& done : PATCHBAY_TRY(store::applied_migrations(database))) {
    schema.steps.push_back({done.version, done.name, done.checksum, done.applied_at});
  }
  if (!schema.steps.empty()) schema.origin = PATCHBAY_TRY(store::file_origin(database));
  const auto known = store::embedded_migrations();
  const auto pending = store::pending_migrations(database, known);
  if (!pending.ok()) {
    schema.fits = pending.error();
    return schema;
  }
  for (const int version : pending.value()) {
    schema.steps.push_back(step_of(known[static_cast<std::size_t>(version) - 1]));
  }
  return schema;
}

json::Value document_of(const Step& step) {
  json::Value row;
  row.set("version", step.version);
  row.set("name", step.name);
  row.set("applied_at", step.applied_at ? json::Value(*step.applied_at) : json::Value());
  row.set("checksum", step.checksum);
  return row;
}

json::Value list_of_pending(const Schema& schema) {
  json::Value list{json::Array{}};
  for (const Step& step : schema.steps) {
    if (!step.applied_at) list.append(step.version);
  }
  return list;
}

std::size_t pending_count(const Schema& schema) {
  return static_cast<std::size_t>(std::ranges::count_if(
      schema.steps, [](const Step& step) { return !step.applied_at.has_value(); }));
}

std::string counted_steps(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " step" : " steps");
}

json::Value name_of(std::optional<store::FileOrigin> origin) {
  if (!origin) return {};
  return *origin == store::FileOrigin::Own ? "own" : "foreign";
}

std::string words_about(std::optional<store::FileOrigin> origin) {
  if (!origin) return "not migrated yet";
  return *origin == store::FileOrigin::Own
             ? "made by Patchbay"
             : "made by another system: its tables are left as they are";
}

std::string words_about(const Schema& schema) {
  if (!schema.fits.ok()) return "not one that this program can use";
  const std::size_t count = pending_count(schema);
  return count == 0 ? "up to date" : counted_steps(count) + " to come: the next command takes them";
}

class DbStatusCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"db", "status"},
            "Which database this is, and how far its schema is; changes nothing",
            "  patchbay db status\n"
            "  patchbay --db other.db db status --json"};
  }

  Status run(Context& context) override {
    const auto facts = PATCHBAY_TRY(host::read_home(context.host_options()));
    auto database = PATCHBAY_TRY(examined(facts));
    const Schema schema = PATCHBAY_TRY(schema_of(database));
    show(context.console(), facts, schema);
    return schema.fits;
  }

 private:
  static void show(Console& console, const host::HomeFacts& facts, const Schema& schema) {
    std::error_code unknown;
    const auto size = std::filesystem::file_size(facts.database_file, unknown);
    json::Value rows{json::Array{}};
    Table table({"STEP", "NAME", "APPLIED", "CHECKSUM"});
    for (const Step& step : schema.steps) {
      rows.append(document_of(step));
      table.add({std::to_string(step.version),
                 step.name,
                 step.applied_at.value_or("to come"),
                 step.checksum.substr(0, 12)});
    }
    json::Value document;
    document.set("file", facts.database_file.string());
    document.set("size", unknown ? json::Value() : json::Value(static_cast<std::uint64_t>(size)));
    document.set("origin", name_of(schema.origin));
    document.set("usable", schema.fits.ok());
    document.set("migrations", std::move(rows));
    document.set("pending", list_of_pending(schema));
    console.document(document);
    console.line("file    " + facts.database_file.string());
    if (!unknown) console.line("size    " + readable_bytes(size));
    console.line("origin  " + words_about(schema.origin));
    console.line("schema  " + words_about(schema));
    table.print(console);
  }
};

class DbMigrateCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"db", "migrate"},
            "Bring the database to this program's schema (every command does that, too)",
            "  patchbay db migrate --dry-run\n"
            "  patchbay db migrate"};
  }

  std::vector<Option> options() override {
    return {{"--dry-run", "", "Only tell what would be done", &dry_run_}};
  }

  Status run(Context& context) override {
    const auto facts = PATCHBAY_TRY(host::read_home(context.host_options()));
    return dry_run_ ? tell(context.console(), facts) : migrate(context.console(), facts);
  }

 private:
  static Status tell(Console& console, const host::HomeFacts& facts) {
    auto database = PATCHBAY_TRY(examined(facts));
    const Schema schema = PATCHBAY_TRY(schema_of(database));
    PATCHBAY_TRY(schema.fits);
    json::Value document;
    document.set("file", facts.database_file.string());
    document.set("pending", list_of_pending(schema));
    console.document(document);
    for (const Step& step : schema.steps) {
      if (!step.applied_at)
        console.line("to come  " + std::to_string(step.version) + " " + step.name);
    }
    if (pending_count(schema) == 0) console.line("Up to date: nothing to do.");
    return {};
  }

  static Status migrate(Console& console, const host::HomeFacts& facts) {
    PATCHBAY_TRY(host::check_store_not_lost(facts));
    PATCHBAY_TRY(make_private_directory(facts.database_file.parent_path()));
    auto database =
        PATCHBAY_TRY(store::Database::open(facts.database_file, store::OpenMode::ReadWriteCreate));
    const std::vector<int> now =
        PATCHBAY_TRY(store::migrate(database, store::embedded_migrations()));
    json::Value steps{json::Array{}};
    for (const int version : now) steps.append(version);
    json::Value document;
    document.set("file", facts.database_file.string());
    document.set("applied", std::move(steps));
    console.document(document);
    console.line(now.empty() ? "Up to date: nothing to do."
                             : counted_steps(now.size()) + " applied.");
    return {};
  }

  bool dry_run_ = false;
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
    // As it is, also before a newer program migrates it, and after one did.
    const auto facts = PATCHBAY_TRY(host::read_home(context.host_options()));
    PATCHBAY_TRY(host::check_store_not_lost(facts));
    const auto database =
        PATCHBAY_TRY(store::Database::open(facts.database_file, store::OpenMode::ReadWrite));
    PATCHBAY_TRY(database.backup_to(*out_));
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
    return {{"db", "check"},
            "Examine the database for damage; exit 8 where there is some",
            "  patchbay db check\n  patchbay --db backup.db db check"};
  }

  Status run(Context& context) override {
    const auto facts = PATCHBAY_TRY(host::read_home(context.host_options()));
    auto database = PATCHBAY_TRY(examined(facts));
    const std::string found = PATCHBAY_TRY(database.integrity_check());
    if (found != "ok") {
      return Error{ErrorCode::Store,
                   facts.database_file.string() + " is damaged: " + found,
                   "restore it from a backup made by `patchbay db backup`"};
    }
    json::Value document;
    document.set("file", facts.database_file.string());
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
