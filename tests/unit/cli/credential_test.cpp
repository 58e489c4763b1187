#include "host/cli/credential.hpp"

#include "core/base/redactor.hpp"
#include "host/cli/console.hpp"
#include "host/cli/secret_command.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace patchbay::cli {
namespace {

Result<SecretBytes> check(std::string_view text) {
  auto raw = text.empty() ? Result<SecretBytes>(SecretBytes()) : SecretBytes::copy_of(text);
  if (!raw.ok()) return raw;
  return checked_credential(std::move(raw).value());
}

TEST(CredentialTest, DropsExactlyOneEndOfLine) {
  EXPECT_EQ(check("key").value().expose_text(), "key");
  EXPECT_EQ(check("key\n").value().expose_text(), "key");
  EXPECT_EQ(check("key\r\n").value().expose_text(), "key");
  EXPECT_EQ(check("key\r").value().expose_text(), "key");
  EXPECT_FALSE(check("key\n\n").ok());
}

TEST(CredentialTest, NamesThePositionAndNeverTheCharacters) {
  const auto checked = check("sesame open");
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::BadInput);
  EXPECT_NE(checked.error().message.find("character 7"), std::string::npos);
  EXPECT_EQ(checked.error().message.find("sesame"), std::string::npos);
}

TEST(CredentialTest, TakesAPassphraseAsItIs) {
  const auto passphrase = [](std::string_view text) {
    return checked_credential(SecretBytes::copy_of(text).value(), CredentialForm::Passphrase);
  };
  EXPECT_EQ(passphrase(" open, s\u00e9same \r\n").value().expose_text(), " open, s\u00e9same ");
  EXPECT_FALSE(passphrase("\n").ok());
  EXPECT_FALSE(passphrase(std::string(credential_size_max + 1, ' ')).ok());
}

TEST(CredentialTest, HasALimit) {
  EXPECT_TRUE(check(std::string(credential_size_max, 'k')).ok());
  EXPECT_TRUE(check(std::string(credential_size_max, 'k') + "\r\n").ok());
  EXPECT_FALSE(check(std::string(credential_size_max + 1, 'k')).ok());
  EXPECT_FALSE(check("").ok());
  EXPECT_FALSE(check("\n").ok());
}

TEST(CredentialTest, RefusesTwoSources) {
  CredentialArguments arguments;
  EXPECT_FALSE(names_source(arguments).value());
  arguments.from_stdin = true;
  EXPECT_TRUE(names_source(arguments).value());
  arguments.command = "echo x";
  EXPECT_EQ(names_source(arguments).error().code, ErrorCode::Usage);
}

TEST(CredentialTest, ReadsAFile) {
  const testing::TempDir folder;
  const Redactor redactor;
  Console console(redactor, {});
  CredentialArguments arguments;
  arguments.file = folder.write("key", "sesame\n").string();
  EXPECT_EQ(read_credential(arguments, {}, console).value().expose_text(), "sesame");
  arguments.file = (folder / "missing").string();
  EXPECT_EQ(read_credential(arguments, {}, console).error().code, ErrorCode::BadInput);
}

TEST(SecretCommandTest, GivesWhatTheCommandPrints) {
  EXPECT_EQ(secret_of_command("printf sesame", 100).value().expose_text(), "sesame");
}

TEST(SecretCommandTest, SaysHowTheCommandFailed) {
  EXPECT_NE(secret_of_command("exit 3", 100).error().message.find("status 3"), std::string::npos);
  EXPECT_NE(secret_of_command("kill -9 $$", 100).error().message.find("signal 9"),
            std::string::npos);
  EXPECT_FALSE(secret_of_command("/nonexistent/program 2>/dev/null", 100).ok());
}

TEST(SecretCommandTest, StopsReadingAtTheLimit) {
  const auto endless = secret_of_command("yes", 100);
  ASSERT_TRUE(endless.ok()) << endless.error().message;
  EXPECT_EQ(endless.value().size(), 100U);
}

}  // namespace
}  // namespace patchbay::cli
