#include "host/initialise.hpp"

#include "core/base/file.hpp"
#include "core/crypto/encoding.hpp"

#include <string>
#include <utility>

namespace patchbay::host {
namespace {

Result<VaultIdentity> new_identity(store::Database& database, const CreateVaultOptions& files) {
  auto created = create_vault(database, files);
  if (created.ok() || created.error().code != ErrorCode::AlreadyExists) return created;
  auto finished = finish_vault(database, files);
  if (finished.ok() || finished.error().code != ErrorCode::NotFound) return finished;
  return created;
}

}  // namespace

Result<HomeFacts> initialise_home(const HostOptions& options, const SecretBytes* owner_password) {
  HomeFacts facts = PATCHBAY_TRY(read_home(options));
  const std::filesystem::path& file = facts.home.config_file;
  if (facts.initialised()) {
    return Error{ErrorCode::AlreadyExists,
                 file.string() + " is initialised already",
                 "nothing was changed; use another --home for a second one"};
  }
  CreateVaultOptions files;
  files.owner_password = owner_password;
  files.service_key_file =
      facts.service_key_flag.empty() ? facts.service_key_file : facts.service_key_flag;
  files.owner_key_file = facts.owner_key_file;
  PATCHBAY_TRY(make_private_directory(files.service_key_file.parent_path()));
  PATCHBAY_TRY(make_private_directory(files.owner_key_file.parent_path()));
  store::Database database = PATCHBAY_TRY(open_store(facts));
  const VaultIdentity identity = PATCHBAY_TRY(new_identity(database, files));
  const std::string public_key = crypto::to_base64url(identity.owner_public_key);
  PATCHBAY_TRY(set_config_value(file, "project.owner_public_key", public_key));
  PATCHBAY_TRY(set_config_value(file, "project.generation", std::to_string(identity.generation)));
  PATCHBAY_TRY(set_config_value(file, "project.id", identity.project_id));
  return read_home(options);
}

}  // namespace patchbay::host
