#include "core/base/secret.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <ostream>
#include <string>
#include <type_traits>
#include <unistd.h>

// The sanitizers replace mlock by something that only says yes.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PATCHBAY_NEEDS_REAL_MLOCK GTEST_SKIP() << "a sanitizer stands in for mlock"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PATCHBAY_NEEDS_REAL_MLOCK GTEST_SKIP() << "a sanitizer stands in for mlock"
#endif
#endif
#ifndef PATCHBAY_NEEDS_REAL_MLOCK
#define PATCHBAY_NEEDS_REAL_MLOCK static_assert(true)
#endif

namespace patchbay {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string>);
static_assert(!std::is_convertible_v<SecretBytes, std::string_view>);
static_assert(!Streamable<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);

constexpr std::string_view text = "correct horse battery staple";

SecretBytes secret() {
  return SecretBytes::copy_of(text).value();
}

// The kernel's flags for the mapping that an address lies in, eg "rd wr mr mw me lo dd ".
std::string mapping_flags(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx", &begin, &end) == 2)
      inside = begin <= wanted && wanted < end;
    if (inside && line.starts_with("VmFlags:")) return line.substr(8) + " ";
  }
  return {};
}

std::size_t page_size() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST(SecretBytesTest, KeepsWhatWasCopied) {
  const SecretBytes copy = secret();
  EXPECT_EQ(copy.size(), text.size());
  EXPECT_EQ(copy.expose_text(), text);
  EXPECT_EQ(copy.expose()[0], 'c');
}

TEST(SecretBytesTest, IsZeroWhenAllocatedAndEmptyByDefault) {
  const SecretBytes zeros = SecretBytes::allocate(5000).value();
  EXPECT_TRUE(std::ranges::all_of(zeros.expose(), [](std::uint8_t byte) { return byte == 0; }));
  EXPECT_TRUE(SecretBytes().empty());
  EXPECT_TRUE(SecretBytes::allocate(0).value().empty());
  EXPECT_TRUE(SecretBytes::copy_of(std::string_view()).value().empty());
}

TEST(SecretBytesTest, MovesWithoutCopying) {
  SecretBytes first = secret();
  const std::uint8_t* place = first.expose().data();
  SecretBytes second = std::move(first);
  EXPECT_EQ(second.expose().data(), place);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): the contract is that it is empty
  first = std::move(second);
  EXPECT_EQ(first.expose().data(), place);
  EXPECT_EQ(first.expose_text(), text);
}

TEST(SecretBytesTest, ReleasesTheOldSecretWhenAnotherIsMovedIn) {
  SecretBytes target = secret();
  void* old_place = target.expose().data();
  target = SecretBytes::copy_of(std::string_view("another")).value();
  EXPECT_EQ(target.expose_text(), "another");
  unsigned char state = 0;
  EXPECT_EQ(mincore(old_place, page_size(), &state), -1);
  EXPECT_EQ(errno, ENOMEM);
}

TEST(SecretBytesTest, ShrinkWipesTheEnd) {
  SecretBytes copy = secret();
  const std::uint8_t* place = copy.expose().data();
  copy.shrink(7);
  EXPECT_EQ(copy.expose_text(), "correct");
  for (std::size_t i = 7; i < text.size(); ++i) EXPECT_EQ(place[i], 0) << i;
  copy.shrink(100);
  EXPECT_EQ(copy.size(), 7U);
}

TEST(SecretBytesDeathTest, HasAnInaccessiblePageBeforeAndBehind) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  SecretBytes page = SecretBytes::allocate(page_size()).value();
  volatile std::uint8_t* data = page.expose().data();
  data[0] = 1;
  data[page_size() - 1] = 1;
  EXPECT_DEATH(data[page_size()] = 1, "");
  EXPECT_DEATH(*(data - 1) = 1, "");
}

TEST(SecretBytesTest, StaysOutOfCoreDumps) {
  const SecretBytes copy = secret();
  EXPECT_NE(mapping_flags(copy.expose().data()).find(" dd "), std::string::npos);
}

TEST(SecretBytesTest, SaysTruthfullyWhetherItIsLocked) {
  PATCHBAY_NEEDS_REAL_MLOCK;
  const SecretBytes copy = secret();
  const bool locked = mapping_flags(copy.expose().data()).find(" lo ") != std::string::npos;
  EXPECT_EQ(copy.locked(), locked);
}

TEST(SecretBytesTest, IsAbsentFromForkedChildren) {
  const SecretBytes copy = secret();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto bytes = copy.expose();
    _exit(std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; }) ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(copy.expose_text(), text);
}

TEST(SecretBytesTest, WorksWithoutTheRightToLockMemory) {
  PATCHBAY_NEEDS_REAL_MLOCK;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Locking is refused to an ordinary user whose limit is zero.
    const rlimit none{0, 0};
    const bool ready =
        setrlimit(RLIMIT_MEMLOCK, &none) == 0 && (getuid() != 0 || setuid(65534) == 0);
    const Result<SecretBytes> copy = SecretBytes::copy_of(text);
    _exit(ready && copy.ok() && !copy.value().locked() && copy.value().expose_text() == text ? 0
                                                                                             : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(SecretBytesTest, FailsWithAnErrorWhenMemoryIsExhausted) {
  const Result<SecretBytes> result = SecretBytes::allocate(std::size_t{1} << 60U);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Internal);
}

TEST(WipeTest, OverwritesAllBytes) {
  std::array<char, 16> buffer{};
  buffer.fill('s');
  wipe(buffer.data(), buffer.size() - 1);
  EXPECT_TRUE(std::all_of(buffer.begin(), buffer.end() - 1, [](char c) { return c == 0; }));
  EXPECT_EQ(buffer.back(), 's');
  wipe(nullptr, 0);
}

}  // namespace
}  // namespace patchbay
