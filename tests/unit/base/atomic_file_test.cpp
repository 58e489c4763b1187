#include "core/base/file.hpp"
#include "tests/unit/base/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <fcntl.h>
#include <functional>
#include <string>
#include <unistd.h>
#include <vector>

namespace patchbay {
namespace {

namespace fs = std::filesystem;
using test::TemporaryDirectory;

mode_t mode_of(const fs::path& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

// Runs in a child of its own; what waitpid reports.
int run_in_child(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = -1;
  return waitpid(child, &status, 0) == child ? status : -1;
}

TEST(AtomicFileTest, AppearsWholeOnCommit) {
  const TemporaryDirectory folder;
  AtomicFile file = AtomicFile::create(folder / "image.png", 0640, IfExists::Fail).value();
  ASSERT_TRUE(file.write("first ").ok());
  ASSERT_TRUE(file.write("second").ok());
  EXPECT_EQ(file.size(), 12U);
  EXPECT_FALSE(fs::exists(folder / "image.png"));
  ASSERT_TRUE(file.commit().ok());
  EXPECT_EQ(read_file(folder / "image.png", 100).value(), "first second");
  EXPECT_EQ(mode_of(folder / "image.png"), 0640U);
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFileTest, LeavesNothingWhenForgotten) {
  const TemporaryDirectory folder;
  {
    AtomicFile file = AtomicFile::create(folder / "image.png", 0600, IfExists::Fail).value();
    ASSERT_TRUE(file.write("half").ok());
  }
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(AtomicFileTest, LeavesNothingUnderItsNameWhenKilled) {
  const TemporaryDirectory folder;
  const int status = run_in_child([&] {
    AtomicFile file = AtomicFile::create(folder / "image.png", 0600, IfExists::Fail).value();
    if (!file.write("half").ok()) return 1;
    return raise(SIGKILL);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(fs::exists(folder / "image.png"));
}

TEST(AtomicFileTest, RefusesAnExistingNameAtOnce) {
  const TemporaryDirectory folder;
  ASSERT_TRUE(write_file(folder / "a", "old", 0600, IfExists::Fail).ok());
  const auto file = AtomicFile::create(folder / "a", 0600, IfExists::Fail);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(read_file(folder / "a", 100).value(), "old");
}

TEST(AtomicFileTest, RefusesANameThatAppearsMeanwhile) {
  const TemporaryDirectory folder;
  AtomicFile file = AtomicFile::create(folder / "a", 0600, IfExists::Fail).value();
  ASSERT_TRUE(file.write("new").ok());
  ASSERT_TRUE(write_file(folder / "a", "other", 0600, IfExists::Fail).ok());
  const Status committed = file.commit();
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(read_file(folder / "a", 100).value(), "other");
  ASSERT_TRUE(file.commit_as(folder / "b").ok());
  EXPECT_EQ(read_file(folder / "b", 100).value(), "new");
  EXPECT_EQ(folder.entries(), 2U);
}

TEST(AtomicFileTest, ReplacesOnlyOnCommit) {
  const TemporaryDirectory folder;
  ASSERT_TRUE(write_file(folder / "a", "old", 0600, IfExists::Fail).ok());
  AtomicFile file = AtomicFile::create(folder / "a", 0600, IfExists::Replace).value();
  ASSERT_TRUE(file.write("new").ok());
  EXPECT_EQ(read_file(folder / "a", 100).value(), "old");
  ASSERT_TRUE(file.commit().ok());
  EXPECT_EQ(read_file(folder / "a", 100).value(), "new");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFileTest, ReplacesALinkAndNotWhatItPointsTo) {
  const TemporaryDirectory folder;
  ASSERT_TRUE(write_file(folder / "precious", "keep", 0600, IfExists::Fail).ok());
  fs::create_symlink(folder / "precious", folder / "a");
  ASSERT_TRUE(write_file(folder / "a", "new", 0600, IfExists::Replace).ok());
  EXPECT_EQ(read_file(folder / "precious", 100).value(), "keep");
  EXPECT_FALSE(fs::is_symlink(folder / "a"));
}

// A forced write put a regular file in the place of a pipe.
TEST(AtomicFileTest, ReplacesNothingButFilesAndLinks) {
  const TemporaryDirectory folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  const auto file = AtomicFile::create(folder / "pipe", 0600, IfExists::Replace);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::Output);
  EXPECT_TRUE(fs::is_fifo(folder / "pipe"));
}

TEST(AtomicFileTest, FailsAtOnceWithoutItsDirectory) {
  const TemporaryDirectory folder;
  const auto file = AtomicFile::create(folder / "none" / "a", 0600, IfExists::Fail);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::Output);
  EXPECT_NE(file.error().message.find("No such file or directory"), std::string::npos);
}

TEST(AtomicFileTest, FailsAtOnceWhereADirectoryHasTheName) {
  const TemporaryDirectory folder;
  fs::create_directory(folder / "a");
  for (const IfExists rule : {IfExists::Fail, IfExists::Replace}) {
    const auto file = AtomicFile::create(folder / "a", 0600, rule);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().code, ErrorCode::Output);
  }
}

TEST(AtomicFileTest, FailsAtOnceWhereTheDirectoryIsNotWritable) {
  const TemporaryDirectory folder;
  fs::permissions(folder.path(),
                  fs::perms::owner_all | fs::perms::others_exec | fs::perms::others_read);
  fs::create_directory(folder / "locked");
  fs::permissions(folder / "locked", static_cast<fs::perms>(0555));
  const int status = run_in_child([&] {
    if (getuid() == 0 && setuid(65534) != 0) return 2;
    const auto file = AtomicFile::create(folder / "locked" / "a", 0600, IfExists::Fail);
    return !file.ok() && file.error().code == ErrorCode::Output ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
}

TEST(AtomicFileTest, ReportsAFullDiskAndLeavesNothing) {
  const TemporaryDirectory folder;
  const int status = run_in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, 4096};
    if (setrlimit(RLIMIT_FSIZE, &small) != 0) return 2;
    AtomicFile file = AtomicFile::create(folder / "a", 0600, IfExists::Fail).value();
    const Status whole = file.write(std::string(4096, 'x'));
    const Status beyond = file.write("y");
    return whole.ok() && !beyond.ok() && beyond.error().code == ErrorCode::Output ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(WriteAllTest, SaysWhyADeviceTookNothing) {
  const FileDescriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full.is_open());
  const std::vector<std::uint8_t> bytes(10, 1);
  const Status written = write_all(full.get(), bytes, "picture.png");
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().message, "cannot write picture.png: No space left on device");
}

TEST(FileDescriptorTest, ClosesOnceAndMoves) {
  int number = -1;
  {
    FileDescriptor first(open("/dev/null", O_RDONLY | O_CLOEXEC));
    number = first.get();
    const FileDescriptor second = std::move(first);
    EXPECT_EQ(second.get(), number);
    EXPECT_FALSE(first.is_open());  // NOLINT(bugprone-use-after-move): the contract
  }
  EXPECT_EQ(fcntl(number, F_GETFD), -1);
}

}  // namespace
}  // namespace patchbay
