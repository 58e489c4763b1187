#include "host/cli/examined_home.hpp"

#include "core/store/migrator.hpp"
#include "host/cli/context.hpp"
#include "host/cli/progress.hpp"
#include "host/loader/ownership.hpp"
#include "host/vault/key_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view make_one = "`patchbay init` or `patchbay configure` makes it";

// "/home/ada/x, mode 0600"
std::string shown(const fs::path& path, const struct stat& info) {
  constexpr std::string_view digits = "01234567";
  std::string mode;
  for (const unsigned shift : {9U, 6U, 3U, 0U}) mode += digits[(info.st_mode >> shift) & 7U];
  std::error_code no_link;
  const fs::path target = fs::read_symlink(path, no_link);
  return path.string() + (no_link ? "" : ", a link to " + target.string()) + ", mode " + mode;
}

// Who can change it, and whether we can. The reason of a failure follows the file's name.
std::optional<Error> trouble_of(const fs::path& path, const struct stat& info) {
  const Status owned = host::check_file(info, path, host::TrustedOwners::of_process());
  if (!owned.ok()) {
    return Error{ErrorCode::NotAllowed,
                 path.string() + " " + owned.error().message,
                 "let it belong to you, and be writable by you alone"};
  }
  if (::access(path.c_str(), R_OK) == 0) return std::nullopt;
  return Error{ErrorCode::NotAllowed,
               path.string() + " cannot be read: " + std::generic_category().message(errno),
               "check its owner and permissions"};
}

void examine_folder(Examination& examination, std::string_view check, const fs::path& folder) {
  struct stat info{};
  if (::stat(folder.c_str(), &info) != 0) {
    const int error = errno;
    if (error == ENOENT) {
      return examination.warn(check, folder.string() + " is not there yet", std::string(make_one));
    }
    return examination.fail(
        check, folder.string() + ": " + std::generic_category().message(error), "check its path");
  }
  if (!S_ISDIR(info.st_mode)) {
    return examination.fail(
        check, folder.string() + " is not a folder", "name another one with --home");
  }
  if (const auto trouble = trouble_of(folder, info)) return examination.fail(check, *trouble);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return examination.fail(check,
                            folder.string() + " cannot be written to",
                            "check its permissions, and whether its file system is read-only");
  }
  std::error_code failure;
  const fs::path whole = fs::canonical(folder, failure);
  const Status above =
      failure ? Status()
              : host::check_folders(whole.parent_path(), host::TrustedOwners::of_process());
  if (!above.ok()) {
    return examination.warn(
        check,
        shown(folder, info) + ", below a folder that others can change: it " +
            above.error().message,
        "whoever can change that folder can put another home in the place of this one");
  }
  examination.ok(check, shown(folder, info));
}

// True where the file is there and its own permissions are good.
bool examine_file(Examination& examination, std::string_view check, const fs::path& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) return false;
  const auto trouble = trouble_of(file, info);
  if (trouble) examination.fail(check, *trouble);
  return !trouble;
}

host::Config read_config(Examination& examination, const fs::path& file) {
  auto read = host::load_config(file);
  std::error_code failure;
  const bool is_there = fs::exists(file, failure);
  if (!read.ok()) {
    examination.fail("settings", read.error());
  } else if (!is_there) {
    examination.ok("settings", file.string() + " is not there: all settings have their defaults");
  } else if (examine_file(examination, "settings", file)) {
    examination.ok("settings", file.string() + " reads well");
  }
  host::Config config = read.ok() ? std::move(read).value() : host::Config();
  // One of them may be about who can write to the file, which was told above.
  std::erase_if(config.warnings,
                [&](const std::string& warning) { return warning.starts_with(file.string()); });
  host::apply_environment(config);
  for (const std::string& warning : config.warnings) {
    examination.warn("settings", warning, "correct it, or leave it out");
  }
  return config;
}

std::string words_about(store::FileOrigin origin) {
  return origin == store::FileOrigin::Own ? "made by Patchbay" : "made by another system";
}

// What the database is, where nothing is wrong with it; keeps it where it is of our schema.
void examine_contents(Examination& examination, store::Database database, ExaminedHome& home) {
  const fs::path& file = home.facts.database_file;
  const auto found = database.quick_check();
  if (!found.ok()) return examination.fail("database", found.error());
  if (found.value() != "ok") {
    return examination.fail("database",
                            file.string() + " is damaged: " + found.value(),
                            "restore it from a backup made by `patchbay db backup`");
  }
  const auto pending = store::pending_migrations(database, store::embedded_migrations());
  if (!pending.ok()) return examination.fail("schema", pending.error());
  struct stat info{};
  static_cast<void>(::stat(file.c_str(), &info));
  const std::string size = readable_bytes(static_cast<std::uint64_t>(info.st_size));
  if ((info.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    examination.warn("database",
                     shown(file, info) + ": others can read when and where keys are used",
                     "chmod 600 " + file.string());
  } else {
    examination.ok("database", shown(file, info) + ", " + size + ", sound");
  }
  const std::string version = std::to_string(store::embedded_migrations().size());
  if (!pending.value().empty()) {
    return examination.warn("schema",
                            std::to_string(pending.value().size()) + " of its " + version +
                                " steps are still to come, so the rows were not looked at",
                            "the next command takes them; make a backup before: "
                            "patchbay db backup --out FILE");
  }
  const auto origin = store::file_origin(database);
  if (!origin.ok()) return examination.fail("schema", origin.error());
  examination.ok("schema", "step " + version + ", the newest; " + words_about(origin.value()));
  home.database = std::move(database);
}

void examine_database(Examination& examination, ExaminedHome& home) {
  const fs::path& file = home.facts.database_file;
  const Status kept = host::check_store_not_lost(home.facts);
  if (!kept.ok()) return examination.fail("database", kept.error());
  std::error_code failure;
  const fs::file_status status = fs::symlink_status(file, failure);
  if (status.type() == fs::file_type::not_found) {
    return examination.warn("database", file.string() + " is not there yet", std::string(make_one));
  }
  struct stat info{};
  if (::stat(file.c_str(), &info) == 0 && !examine_file(examination, "database", file)) return;
  auto database = store::Database::open(file, store::OpenMode::Examine);
  if (!database.ok()) return examination.fail("database", database.error());
  examine_contents(examination, std::move(database).value(), home);
}

void examine_vault(Examination& examination, ExaminedHome& home) {
  const auto places =
      host::service_key_places(home.facts.service_key_flag, home.facts.service_key_file);
  if (home.database) {
    auto vault = host::Vault::open(*home.database, home.identity, places);
    if (!vault.ok()) return examination.fail("service key", vault.error());
    examination.ok("service key", vault.value().opened_with().string() + " opens the vault");
    home.vault = std::move(vault).value();
    return;
  }
  for (const fs::path& place : places) {
    const auto key = host::read_key_file(place, host::KeyFileKind::Service);
    if (!key.ok() && key.error().code == ErrorCode::NotFound) continue;
    if (!key.ok()) return examination.fail("service key", key.error());
    return examination.warn(
        "service key",
        place.string() + " is well-formed, but there is no database to try it on",
        "see the check of the database");
  }
  const ErrorDescription& locked = describe(ErrorCode::Locked);
  examination.fail("service key", "none was found", std::string(locked.advice));
}

bool has_password(ExaminedHome& home) {
  if (!home.database) return false;
  const auto slots = host::read_slots(*home.database, host::SlotTable::Signing);
  return slots.ok() && std::ranges::any_of(slots.value(), [](const host::Slot& slot) {
           return slot.kind == to_string(host::SlotKind::Password);
         });
}

void examine_recovery(Examination& examination, ExaminedHome& home) {
  if (!home.database) return;
  const auto slots = host::read_slots(*home.database, host::SlotTable::Root);
  if (!slots.ok()) return examination.fail("recovery code", slots.error());
  const bool is_there = std::ranges::any_of(slots.value(), [](const host::Slot& slot) {
    return slot.kind == to_string(host::SlotKind::Recovery);
  });
  if (is_there) return examination.ok("recovery code", "one was made");
  if (home.facts.config.vault_recovery == "refused")
    return examination.ok("recovery code", "none: it was refused");
  examination.warn("recovery code",
                   "none: with the service key lost, the stored keys are lost",
                   "run `patchbay vault slot add recovery --out FILE`");
}

void examine_owner(Examination& examination, ExaminedHome& home) {
  const fs::path& file = home.facts.owner_key_file;
  const auto owner = host::Owner::open(file, home.identity);
  if (owner.ok()) {
    examination.ok("owner key", file.string() + " can sign changes");
  } else if (owner.error().code == ErrorCode::NotAllowed && has_password(home)) {
    examination.ok("owner key", "in the database, under a password");
  } else if (owner.error().code == ErrorCode::NotAllowed) {
    examination.ok("owner key", "not at " + file.string() + ": nothing can be changed from here");
  } else {
    examination.fail("owner key", owner.error());
  }
  if (!home.vault) return;
  examination.ok("protection",
                 "stored keys are encrypted; whoever reads the service key and the database can "
                 "read them" +
                     std::string(owner.ok() ? ", and whoever reads the owner key can send them "
                                              "elsewhere"
                                            : "; nobody here can send them elsewhere"));
}

void examine_keys_of_vault(Examination& examination, ExaminedHome& home) {
  if (!home.facts.initialised()) {
    return examination.warn(
        "vault", "there is none yet: no key can be stored", std::string(make_one));
  }
  auto identity = host::vault_identity(home.facts);
  if (!identity.ok()) return examination.fail("vault", identity.error());
  home.identity = std::move(identity).value();
  examination.ok("vault", "project " + home.identity.project_id);
  examine_vault(examination, home);
  examine_recovery(examination, home);
  examine_owner(examination, home);
}

}  // namespace

Status examine_home(Context& context, Examination& examination, ExaminedHome& home) {
  const host::HostOptions options = context.host_options();
  host::Home places = PATCHBAY_TRY(host::find_home(options.home));
  const fs::path config_folder = places.config_file.parent_path();
  const fs::path folder = places.state_directory;
  examination.begin("home");
  examine_folder(examination, "folder", folder);
  if (config_folder != folder) examine_folder(examination, "settings folder", config_folder);
  host::Config config = read_config(examination, places.config_file);
  home.facts = host::facts_of(options, std::move(places), std::move(config));
  examine_database(examination, home);
  examine_keys_of_vault(examination, home);
  if (home.database) home.registry.emplace(*home.database, context.clock(), home.identity);
  host::CatalogOptions wanted = host::catalog_options(options, home.facts);
  wanted.is_vouched = [&home](const host::FoundPlugin& plugin) {
    return home.registry && home.registry->is_vouched(plugin);
  };
  home.catalog = PATCHBAY_TRY(host::Catalog::discover(std::move(wanted)));
  return {};
}

std::vector<std::string> provider_names(const ExaminedHome& home) {
  std::vector<std::string> names;
  if (home.registry) {
    const auto rows = home.registry->providers();
    for (const host::Provider& row : rows.ok() ? rows.value() : std::vector<host::Provider>()) {
      names.push_back(row.name);
    }
  }
  for (const host::Adapter& adapter : home.catalog->adapters()) {
    const host::AdapterManifest& manifest = adapter.manifest();
    // An adapter for any endpoint is no provider by itself.
    if (!manifest.needs_credential || !manifest.endpoint.empty()) names.push_back(manifest.name);
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

}  // namespace patchbay::cli
