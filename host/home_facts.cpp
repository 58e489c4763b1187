// Where the parts of a home are, and what its file says.
#include "core/base/file.hpp"
#include "core/crypto/encoding.hpp"
#include "core/crypto/hash.hpp"
#include "core/store/migrator.hpp"
#include "host/host.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

// A home may look at several databases; each has a trail of its own.
std::filesystem::path audit_file_of(const HomeFacts& facts) {
  const std::filesystem::path& folder = facts.home.state_directory;
  if (facts.database_file == folder / "patchbay.db") return folder / "audit.log";
  constexpr std::size_t name_size = 8;
  const auto digest = crypto::sha256(crypto::bytes_of(facts.database_file.string()));
  return folder / ("audit-" + crypto::to_hex(digest).substr(0, name_size) + ".log");
}

}  // namespace

Result<VaultIdentity> vault_identity(const HomeFacts& facts) {
  VaultIdentity identity;
  if (!facts.initialised()) return identity;
  identity.project_id = facts.config.project_id;
  identity.generation = facts.config.generation;
  const auto bytes = crypto::from_base64url(facts.config.owner_public_key);
  if (!bytes || bytes->size() != identity.owner_public_key.size()) {
    return Error{
        ErrorCode::Vault,
        "project.owner_public_key in " + facts.home.config_file.string() + " is no public key",
        "restore the file from a backup"};
  }
  std::ranges::copy(*bytes, identity.owner_public_key.begin());
  return identity;
}

Result<HomeFacts> read_home(const HostOptions& options) {
  Home home = PATCHBAY_TRY(find_home(options.home));
  Config config = PATCHBAY_TRY(load_config(home.config_file));
  if (options.use_environment == UseEnvironment::Yes) apply_environment(config);
  return facts_of(options, std::move(home), std::move(config));
}

HomeFacts facts_of(const HostOptions& options, Home home, Config config) {
  HomeFacts facts;
  facts.home = std::move(home);
  facts.config = std::move(config);
  if (!options.environment.empty()) {
    facts.config.environment = options.environment;
    facts.config.origins["environment"] = "--env";
  }
  const bool names_store = options.home.database_flag.empty() && !facts.config.store_path.empty();
  facts.database_file = names_store ? facts.config.store_path : facts.home.database_file;
  const auto first_of = [](const auto&... paths) {
    std::filesystem::path first;
    ((first = first.empty() ? paths : first), ...);
    return first;
  };
  facts.service_key_file = first_of(facts.config.service_key_file, facts.home.service_key_file);
  facts.owner_key_file =
      first_of(options.owner_key_file, facts.config.owner_key_file, facts.home.owner_key_file);
  facts.service_key_flag = options.service_key_file;
  facts.audit_file = audit_file_of(facts);
  if (!options.ca_file.empty()) facts.config.ca_file = options.ca_file;
  if (!options.proxy_url.empty()) facts.config.proxy_url = options.proxy_url;
  return facts;
}

Status check_store_not_lost(const HomeFacts& facts) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(facts.database_file, missing);
  // What is there and no file, opening it tells.
  const bool is_there = missing ? missing != std::errc::no_such_file_or_directory : size > 0;
  if (!facts.initialised() || is_there) return {};
  return Error{ErrorCode::Store,
               "the database " + facts.database_file.string() + " is " +
                   (missing ? "missing" : "empty") + ", though this home has a vault",
               "restore it from a backup; to begin anew, move " + facts.home.config_file.string() +
                   " and the key files away, and run "
                   "`patchbay init`"};
}

Result<store::Database> open_store(const HomeFacts& facts) {
  PATCHBAY_TRY(check_store_not_lost(facts));
  PATCHBAY_TRY(make_private_directory(facts.database_file.parent_path()));
  store::Database database =
      PATCHBAY_TRY(store::Database::open(facts.database_file, store::OpenMode::ReadWriteCreate));
  PATCHBAY_TRY(store::migrate(database, store::embedded_migrations()));
  database.keep_to_rows();
  return database;
}

}  // namespace patchbay::host
