#include "host/vault/key_file.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;
using testing::must;
using testing::ReadyVaultHome;

Error failure_of(Result<Owner> opened) {
  if (opened.ok()) throw std::runtime_error("the owner's key opened");
  return std::move(opened).error();
}

TEST(OwnerTest, SignsWhatTheIdentityVerifies) {
  ReadyVaultHome home;
  const Owner owner = must(Owner::open(home.files.owner_key_file, home.identity));
  const crypto::Signature signature = owner.sign("statement");
  EXPECT_TRUE(is_signed_by_owner(home.identity, "statement", signature));
  EXPECT_FALSE(is_signed_by_owner(home.identity, "another", signature));
  EXPECT_FALSE(is_signed_by_owner(home.identity, "statement", {}));
  EXPECT_FALSE(is_signed_by_owner(ReadyVaultHome().identity, "statement", signature));
  EXPECT_FALSE(is_signed_by_owner(VaultIdentity(), "statement", signature));
}

TEST(OwnerTest, NamesTheFileThatIsMissing) {
  ReadyVaultHome home;
  const Error error = failure_of(Owner::open(home.directory / "none.key", home.identity));
  EXPECT_EQ(error.code, ErrorCode::NotAllowed);
  EXPECT_THAT(error.message, HasSubstr((home.directory / "none.key").string()));
}

TEST(OwnerTest, RefusesTheKeyOfAnotherProject) {
  ReadyVaultHome home;
  ReadyVaultHome other;
  const Error error = failure_of(Owner::open(other.files.owner_key_file, home.identity));
  EXPECT_EQ(error.code, ErrorCode::Vault);
  EXPECT_THAT(error.message, HasSubstr(other.identity.project_id));
}

TEST(OwnerTest, RefusesAnotherKeyUnderTheSameProject) {
  ReadyVaultHome home;
  ReadyVaultHome other;
  home.identity.owner_public_key = other.identity.owner_public_key;
  EXPECT_EQ(failure_of(Owner::open(home.files.owner_key_file, home.identity)).code,
            ErrorCode::Vault);
}

TEST(OwnerTest, TheServiceKeyCannotSign) {
  ReadyVaultHome home;
  const Error error = failure_of(Owner::open(home.files.service_key_file, home.identity));
  EXPECT_THAT(error.message, HasSubstr("is a service key, not an owner key"));
  // Not even when its bytes are put into a file of the other kind.
  const KeyFile service = must(read_key_file(home.files.service_key_file, KeyFileKind::Service));
  must(write_key_file(home.directory / "forged.key", KeyFileKind::Owner, service));
  EXPECT_EQ(failure_of(Owner::open(home.directory / "forged.key", home.identity)).code,
            ErrorCode::Vault);
}

}  // namespace
}  // namespace patchbay::host
