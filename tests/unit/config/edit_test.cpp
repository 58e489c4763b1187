#include "core/base/file.hpp"
#include "host/config/config.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using patchbay::testing::TempDir;
using ::testing::HasSubstr;

class SetConfigValueTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path file() const { return folder_.path() / "patchbay.toml"; }
  [[nodiscard]] std::string text() const { return read_file(file(), config_size_max).value(); }
  // The text after one change of `before`.
  std::string edited(std::string_view before, std::string_view key, std::string_view value) {
    folder_.write("patchbay.toml", before);
    const Status done = set_config_value(file(), key, value);
    EXPECT_TRUE(done.ok()) << done.error().message;
    EXPECT_TRUE(load_config(file()).ok());
    return text();
  }

  TempDir folder_;
};

TEST_F(SetConfigValueTest, MakesAMissingFileForItsOwnerAlone) {
  const fs::path nested = folder_.path() / "a/b/patchbay.toml";
  ASSERT_TRUE(set_config_value(nested, "provider", "gemini").ok());
  EXPECT_EQ(read_file(nested, 100).value(), "provider = \"gemini\"\n");
  struct stat info{};
  ASSERT_EQ(stat(nested.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  ASSERT_EQ(stat(nested.parent_path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
}

TEST_F(SetConfigValueTest, MakesTablesAsTheyAreNeeded) {
  ASSERT_TRUE(set_config_value(file(), "project.generation", "2").ok());
  ASSERT_TRUE(set_config_value(file(), "log.level", "info").ok());
  ASSERT_TRUE(set_config_value(file(), "project.owner_public_key", "AAAA").ok());
  ASSERT_TRUE(set_config_value(file(), "providers.acme.model", "m").ok());
  ASSERT_TRUE(set_config_value(file(), "provider", "acme").ok());
  EXPECT_EQ(text(),
            "provider = \"acme\"\n\n"
            "[project]\ngeneration = 2\nowner_public_key = \"AAAA\"\n\n"
            "[log]\nlevel = \"info\"\n\n"
            "[providers.acme]\nmodel = \"m\"\n");
}

TEST_F(SetConfigValueTest, ReplacesTheValueAndNothingElse) {
  EXPECT_EQ(
      edited("# Häuptling\nenvironment  =  \"dév\" # why\n\n[tls] # t\n  ca_file = 'x'  # c\n",
             "environment",
             "prod"),
      "# Häuptling\nenvironment  =  \"prod\" # why\n\n[tls] # t\n  ca_file = 'x'  # c\n");
  EXPECT_EQ(edited("[tls] # t\n  ca_file = 'ä'  # c\n", "tls.ca_file", "/b"),
            "[tls] # t\n  ca_file = \"/b\"  # c\n");
}

TEST_F(SetConfigValueTest, ReplacesAListOverSeveralLines) {
  EXPECT_EQ(
      edited(
          "[plugins]\npaths = [\n  'a', # one\n  'b'\n] # end\n# more\n", "plugins.paths", "/x:/y"),
      "[plugins]\npaths = [\"/x\", \"/y\"] # end\n# more\n");
}

TEST_F(SetConfigValueTest, AddsBelowTheLastValueOfItsTable) {
  EXPECT_EQ(edited("[timeouts] # t\nimage = 5 # five\n# end\n\n[log]\nlevel = 'info'\n",
                   "timeouts.chat",
                   "7.5"),
            "[timeouts] # t\nimage = 5 # five\nchat = 7.5\n# end\n\n[log]\nlevel = 'info'\n");
  EXPECT_EQ(edited("[timeouts] # t\n[log]\n", "timeouts.chat", "7"),
            "[timeouts] # t\nchat = 7\n[log]\n");
}

TEST_F(SetConfigValueTest, AddsToTablesMadeByDottedKeysAndToInlineOnes) {
  EXPECT_EQ(edited("timeouts.image = 5\n[log]\n", "timeouts.chat", "7"),
            "timeouts.image = 5\ntimeouts.chat = 7\n[log]\n");
  EXPECT_EQ(edited("timeouts = { image = 5 } # x\n", "timeouts.chat", "7"),
            "timeouts = { image = 5, chat = 7 } # x\n");
  EXPECT_EQ(edited("timeouts = {}\n", "timeouts.chat", "7"), "timeouts = { chat = 7 }\n");
}

TEST_F(SetConfigValueTest, AddsAtTheTopWhatBelongsToNoTable) {
  EXPECT_EQ(edited("# mine\n[log]\nlevel = 'info'\n", "provider", "a"),
            "# mine\nprovider = \"a\"\n\n[log]\nlevel = 'info'\n");
  EXPECT_EQ(edited("environment = 'e' # e\n\n[log]\n", "provider", "a"),
            "environment = 'e' # e\nprovider = \"a\"\n\n[log]\n");
}

TEST_F(SetConfigValueTest, KeepsCarriageReturnsAndAMissingLastLineEnd) {
  EXPECT_EQ(edited("[log]\r\nlevel = 'info'\r\n", "timeouts.chat", "7"),
            "[log]\r\nlevel = 'info'\r\n\r\n[timeouts]\r\nchat = 7\r\n");
  EXPECT_EQ(edited("[timeouts]\nimage = 1", "timeouts.chat", "7"),
            "[timeouts]\nimage = 1\nchat = 7\n");
}

TEST_F(SetConfigValueTest, EscapesWhateverTheValueHolds) {
  const std::string value = "a\"b\\c\n\x01\x7F ü # [x]";
  edited("# top\n", "providers.acme.note", value);
  EXPECT_EQ(load_config(file()).value().providers.at("acme").values.at("note"), value);
}

TEST_F(SetConfigValueTest, WritesWhatItReadsBack) {
  edited("", "timeouts.image", "0.25");
  EXPECT_EQ(load_config(file()).value().image_timeout, std::chrono::milliseconds(250));
  edited("", "limits.response_size", "4096");
  EXPECT_EQ(load_config(file()).value().response_size_max, 4096U);
}

TEST_F(SetConfigValueTest, RefusesUnknownKeysAndWrongValuesAndLeavesTheFile) {
  folder_.write("patchbay.toml", "# mine\n");
  const Status unknown = set_config_value(file(), "log.levle", "info");
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean `log.level`?"));
  EXPECT_FALSE(set_config_value(file(), "timeouts.image", "soon").ok());
  EXPECT_FALSE(set_config_value(file(), "timeouts.image", "-1").ok());
  EXPECT_FALSE(set_config_value(file(), "project.generation", "1.5").ok());
  EXPECT_FALSE(set_config_value(file(), "project.id", "x").ok());
  EXPECT_FALSE(set_config_value(file(), "provider", "\xFF").ok());
  EXPECT_FALSE(set_config_value(file(), "providers.acme", "x").ok());
  EXPECT_EQ(text(), "# mine\n");
}

TEST_F(SetConfigValueTest, RefusesAFileThatDoesNotParseAndLeavesIt) {
  folder_.write("patchbay.toml", "broken = \n");
  const Status done = set_config_value(file(), "provider", "a");
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("patchbay.toml:1:"));
  EXPECT_EQ(text(), "broken = \n");
}

TEST_F(SetConfigValueTest, KeepsTheFilesModeAndASymbolicLink) {
  const fs::path target = folder_.write("dotfiles/real.toml", "# mine\n");
  ASSERT_EQ(chmod(target.c_str(), 0640), 0);
  fs::create_symlink(target, file());
  ASSERT_TRUE(set_config_value(file(), "provider", "a").ok());
  EXPECT_TRUE(fs::is_symlink(file()));
  EXPECT_EQ(read_file(target, 100).value(), "# mine\nprovider = \"a\"\n");
  struct stat info{};
  ASSERT_EQ(stat(target.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0640U);
}

TEST_F(SetConfigValueTest, LosesNoChangeOfSeveralWriters) {
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 8; ++writer)
    writers.emplace_back([this, writer] {
      const std::string key = "providers.p" + std::to_string(writer) + ".model";
      EXPECT_TRUE(set_config_value(file(), key, "m").ok());
    });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(load_config(file()).value().providers.size(), 8U);
}

// The child never returns: it writes until it is killed, one byte into the pipe per change.
[[noreturn]] void write_until_killed(const fs::path& file, int pipe_end) {
  for (int i = 1;; ++i) {
    const bool done = set_config_value(file, "timeouts.image", std::to_string(i % 1000 + 1)).ok();
    const char byte = done ? '.' : '!';
    if (write(pipe_end, &byte, 1) != 1) _exit(1);
  }
}

TEST_F(SetConfigValueTest, IsWholeWheneverTheWriterIsKilled) {
  folder_.write("patchbay.toml", "# mine\n[timeouts]\nimage = 1 # why\n");
  for (int round = 0; round < 40; ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(file(), ends[1]);
    close(ends[1]);
    char byte = 0;
    for (int i = 0; i <= round % 7; ++i) ASSERT_EQ(read(ends[0], &byte, 1), 1);
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int state = 0;
    ASSERT_EQ(waitpid(child, &state, 0), child);
    close(ends[0]);
    EXPECT_EQ(byte, '.');
    EXPECT_THAT(text(), ::testing::StartsWith("# mine\n[timeouts]\nimage = "));
    EXPECT_THAT(text(), ::testing::EndsWith(" # why\n"));
    EXPECT_TRUE(load_config(file()).ok());
  }
}

}  // namespace
}  // namespace patchbay::host
