#include "core/crypto/kdf.hpp"
#include "core/crypto/seal.hpp"
#include "host/vault/key_file.hpp"
#include "host/vault/recovery_code.hpp"
#include "host/vault/slots.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;
using testing::must;
using testing::number;
using testing::ReadyVaultHome;
using testing::VaultHome;

// The least that is allowed: the tests are about slots, not about cost.
constexpr crypto::PasswordCost cheap{crypto::PasswordCost::operations_min,
                                     crypto::PasswordCost::memory_bytes_min};

SecretBytes secret(std::string_view text) {
  return must(SecretBytes::copy_of(text));
}

struct SlotHome : ReadyVaultHome {
  Vault vault = must(open());
  Owner owner = must(Owner::open(files.owner_key_file, identity));

  std::string add(const SlotSecret& way, std::string_view subject = "owner") {
    const Slot opening = must(vault.slot_for(way, subject));
    const Slot signing = must(owner.slot_for(identity.project_id, way, opening.id));
    must(store_slots(database, author(), opening, &signing));
    return opening.id;
  }
  [[nodiscard]] AuditAuthor author() const {
    return AuditAuthor{identity, "2026-11-25 12:00:00", &owner};
  }
  [[nodiscard]] std::string key_of(const Result<Vault>& opened) const {
    if (!opened.ok()) return opened.error().message;
    return std::string(must(opened.value().export_fernet_key(1)).expose_text());
  }
  [[nodiscard]] std::string own_key() const {
    return std::string(must(vault.export_fernet_key(1)).expose_text());
  }
};

TEST(SlotTest, EachKindOpensTheSameRoot) {
  SlotHome home;
  const SecretBytes password = secret("correct horse battery");
  const SecretBytes random = must(crypto::random_secret(32));
  const SecretBytes code = must(crypto::random_secret(recovery_secret_size_bytes));
  home.add({SlotKind::Password, password, cheap});
  home.add({SlotKind::Environment, random});
  home.add({SlotKind::Recovery, code});
  EXPECT_EQ(home.key_of(home.open()), home.own_key());
  for (const SlotSecret& way : {SlotSecret{SlotKind::Password, password},
                                SlotSecret{SlotKind::Environment, random},
                                SlotSecret{SlotKind::Recovery, code}}) {
    const auto opened = Vault::open_by(home.database, home.identity, way, "test");
    EXPECT_EQ(home.key_of(opened), home.own_key()) << to_string(way.kind);
    const auto owner = Owner::open(home.database, home.identity, way);
    ASSERT_TRUE(owner.ok()) << owner.error().message;
    EXPECT_EQ(owner.value().sign("x"), home.owner.sign("x"));
  }
}

TEST(SlotTest, AWrongSecretAndADamagedSlotAreToldApart) {
  SlotHome home;
  const SecretBytes password = secret("correct horse battery");
  const SecretBytes wrong = secret("wrong horse battery");
  const std::string id = home.add({SlotKind::Password, password, cheap});
  const auto message = [&](const SecretBytes& given) {
    return Vault::open_by(home.database, home.identity, {SlotKind::Password, given}, "test")
        .error()
        .message;
  };
  EXPECT_THAT(message(wrong), HasSubstr("the password is wrong"));
  const auto refused = Owner::open(home.database, home.identity, {SlotKind::Password, wrong});
  EXPECT_EQ(refused.error().code, ErrorCode::NotAllowed);
  must(
      home.database.execute("UPDATE patchbay_keyslots SET wrapped = zeroblob(72)"
                            " WHERE kind = 'password'"));
  EXPECT_THAT(message(password), HasSubstr("keyslot " + id.substr(0, 8)));
  EXPECT_THAT(message(password), HasSubstr("is damaged"));
  EXPECT_THAT(message(wrong), HasSubstr("the password is wrong"));
  // The others still open it.
  EXPECT_EQ(home.key_of(home.open()), home.own_key());
}

TEST(SlotTest, ACostBeyondTheLimitsIsNeverPaid) {
  SlotHome home;
  const SecretBytes password = secret("correct horse battery");
  home.add({SlotKind::Password, password, cheap});
  for (const char* change : {"memory_bytes = 1099511627776",
                             "operations = 4294967295",
                             "operations = 0",
                             "memory_bytes = 1024",
                             "memory_bytes = NULL"}) {
    must(home.database.execute(std::string("UPDATE patchbay_keyslots SET ") + change +
                               " WHERE kind = 'password'"));
    EXPECT_FALSE(
        Vault::open_by(home.database, home.identity, {SlotKind::Password, password}, "t").ok());
    const auto views = must(list_slots(home.database, 1));
    EXPECT_THAT(views.back().problem, HasSubstr("cost is beyond the limits")) << change;
  }
  EXPECT_FALSE(crypto::password_key(password, crypto::Bytes(16), {11, 8 << 20}).ok());
  EXPECT_FALSE(crypto::password_key(password, crypto::Bytes(15), cheap).ok());
}

TEST(SlotTest, ASlotDoesNotOpenWhatItWasNotMadeFor) {
  SlotHome home;
  SlotHome other;
  const SecretBytes random = must(crypto::random_secret(32));
  home.add({SlotKind::Environment, random});
  // Into the other table, into another project's database, for another person.
  must(
      home.database.execute("UPDATE patchbay_keyslots SET wrapped ="
                            " (SELECT wrapped FROM patchbay_signing_slots)"
                            " WHERE kind = 'environment'"));
  const auto moved =
      Vault::open_by(home.database, home.identity, {SlotKind::Environment, random}, "t");
  EXPECT_THAT(moved.error().message, HasSubstr("is damaged"));
  for (const Slot& slot : must(read_slots(home.database, SlotTable::Signing)))
    must(insert_slot(other.database, SlotTable::Signing, slot));
  EXPECT_FALSE(Owner::open(other.database, other.identity, {SlotKind::Environment, random}).ok());
}

TEST(SlotTest, TheLastOneStays) {
  SlotHome home;
  const SecretBytes password = secret("correct horse battery");
  const std::string id = home.add({SlotKind::Password, password, cheap});
  const auto views = must(list_slots(home.database, 1));
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(
      remove_slot(home.database, home.author(), views.back(), OwnerKeyFile::Absent).error().code,
      ErrorCode::NotAllowed);
  must(remove_slot(home.database, home.author(), views.back(), OwnerKeyFile::Present));
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_signing_slots"), 0);
  EXPECT_EQ(
      remove_slot(home.database, home.author(), views.front(), OwnerKeyFile::Present).error().code,
      ErrorCode::NotAllowed);
  EXPECT_EQ(home.key_of(home.open()), home.own_key());
  EXPECT_EQ(find_slot(home.database, 1, id).error().code, ErrorCode::NotFound);
}

TEST(SlotTest, ADamagedRowIsListedAndCostsOnlyItself) {
  SlotHome home;
  must(home.database.execute(
      "INSERT INTO patchbay_keyslots (id, kind, kdf, wrapped) VALUES"
      " ('aaaa-1', 'telepathy', 'x', x'00'), ('aaaa-2', 'password', 'argon2id', x'00'),"
      " ('aaaa-3', 'key_file', 'hkdf-sha256', zeroblob(3))"));
  EXPECT_EQ(home.key_of(home.open()), home.own_key());
  const auto views = must(list_slots(home.database, 1));
  ASSERT_EQ(views.size(), 4U);
  EXPECT_EQ(views.front().problem, "");
  for (std::size_t i = 1; i < views.size(); ++i) EXPECT_NE(views[i].problem, "") << i;
}

TEST(SlotTest, AnExportBringsSlotsBackThatWereLost) {
  SlotHome home;
  SlotHome other;
  const SecretBytes code = must(crypto::random_secret(recovery_secret_size_bytes));
  home.add({SlotKind::Recovery, code});
  const std::string file = json::write(must(export_slots(home.database, home.identity)));
  EXPECT_EQ(must(restore_slots(home.database, home.author(), file)), 0U);
  must(home.database.execute("DELETE FROM patchbay_keyslots; DELETE FROM patchbay_signing_slots"));
  EXPECT_THAT(home.key_of(home.open()), HasSubstr("holds no keyslot"));
  EXPECT_EQ(must(restore_slots(home.database, home.author(), file)), 3U);
  EXPECT_EQ(home.key_of(home.open()), home.own_key());
  EXPECT_TRUE(Owner::open(home.database, home.identity, {SlotKind::Recovery, code}).ok());
  EXPECT_EQ(restore_slots(other.database, other.author(), file).error().code, ErrorCode::Vault);
  EXPECT_EQ(restore_slots(home.database, home.author(), "{}").error().code, ErrorCode::BadInput);
}

TEST(SlotTest, ASlotOfTheFirstVersionStillOpens) {
  // As they were made before there was a check value, for a root of our own.
  ReadyVaultHome home;
  const std::string& project = home.identity.project_id;
  const KeyFile service = must(read_key_file(home.files.service_key_file, KeyFileKind::Service));
  const SecretBytes root = must(crypto::random_secret(32));
  const SecretBytes key =
      must(crypto::hkdf_sha256(crypto::bytes_of(project), service.secret, "slot/v1", 32));
  Slot slot = must(read_slots(home.database, SlotTable::Root)).front();
  slot.check.clear();
  slot.wrapped = must(crypto::seal(key, root.expose(), project + '|' + slot.id + "|key_file|1"));
  const SlotTrial trial =
      must(try_slot({SlotTable::Root, project}, {SlotKind::KeyFile, service.secret}, slot));
  EXPECT_EQ(trial.fit, SlotFit::Opened);
  EXPECT_EQ(trial.content.expose_text(), root.expose_text());
  must(home.database.execute("UPDATE patchbay_keyslots SET nonce = NULL"));
  EXPECT_THAT(home.open().error().message, HasSubstr("the slot is damaged, or was made for"));
}

TEST(OwnerPasswordTest, MakesAVaultWithoutAnOwnerKey) {
  VaultHome home;
  const SecretBytes password = secret("correct horse battery");
  home.files.owner_password = &password;
  home.files.password_cost = cheap;
  home.create();
  EXPECT_FALSE(std::filesystem::exists(home.files.owner_key_file));
  EXPECT_TRUE(Owner::open(home.database, home.identity, {SlotKind::Password, password}).ok());
  EXPECT_TRUE(home.open().ok());
  EXPECT_TRUE(
      Vault::open_by(home.database, home.identity, {SlotKind::Password, password}, "t").ok());
  // What a kill before patchbay.toml was written leaves can be finished with the same password.
  const VaultIdentity again = must(finish_vault(home.database, home.files));
  EXPECT_EQ(again.owner_public_key, home.identity.owner_public_key);
  EXPECT_EQ(again.project_id, home.identity.project_id);
  const SecretBytes wrong = secret("wrong horse battery");
  home.files.owner_password = &wrong;
  EXPECT_EQ(finish_vault(home.database, home.files).error().code, ErrorCode::NotAllowed);
}

TEST(OwnerPasswordTest, HasAtLeastTwelveCharacters) {
  EXPECT_FALSE(check_password(secret("elevenchars")).ok());
  EXPECT_TRUE(check_password(secret("twelve chars")).ok());
  EXPECT_TRUE(check_password(secret("äöüäöüäöüäöü")).ok());
  EXPECT_FALSE(check_password(secret("äöüäöü")).ok());
}

TEST(RecoveryCodeTest, ComesBackAsItWasHoweverItIsTyped) {
  for (int round = 0; round < 200; ++round) {
    const SecretBytes random = must(crypto::random_secret(recovery_secret_size_bytes));
    const SecretBytes code = must(recovery_code_of(random));
    ASSERT_EQ(code.size(), recovery_code_size);
    std::string typed(code.expose_text());
    EXPECT_EQ(typed.find_first_of("ILOU"), std::string::npos);
    EXPECT_EQ(must(secret_of_recovery_code(typed)).expose_text(), random.expose_text());
    for (char& character : typed) {
      if (character == '0') character = 'o';
      if (character == '1') character = 'l';
      if (character == '-') character = ' ';
      if (character >= 'A' && character <= 'Z') character = static_cast<char>(character + 32);
    }
    EXPECT_EQ(must(secret_of_recovery_code(typed + "\n")).expose_text(), random.expose_text());
  }
}

TEST(RecoveryCodeTest, ATypingMistakeIsSeen) {
  const SecretBytes random = must(crypto::random_secret(recovery_secret_size_bytes));
  const SecretBytes code = must(recovery_code_of(random));
  int unseen = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    std::string typed(code.expose_text());
    if (typed[i] == '-') continue;
    typed[i] = typed[i] == 'A' ? 'B' : 'A';
    const auto read = secret_of_recovery_code(typed);
    if (read.ok()) {
      ++unseen;
      continue;
    }
    EXPECT_THAT(read.error().message, HasSubstr("typing mistake"));
    EXPECT_EQ(read.error().message.find(typed.substr(0, 9)), std::string::npos);
  }
  EXPECT_EQ(unseen, 0);
  for (const char* text : {"", "hello", "AAAA-AAAA", "uuuu"})
    EXPECT_THAT(secret_of_recovery_code(text).error().message, HasSubstr("no recovery code"));
}

}  // namespace
}  // namespace patchbay::host
