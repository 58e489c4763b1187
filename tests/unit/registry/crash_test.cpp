// Processes that are killed while they change keys, and processes that change them together.
#include "tests/unit/registry/registry_home.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <random>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace patchbay::host {
namespace {

using testing::must;
using testing::number;
using testing::RegistryHome;

// Neither connections nor secrets survive a fork: a child opens everything itself.
struct Child {
  store::Database database;
  VaultIdentity identity;
  SystemClock clock;
  Owner owner;
  Registry registry{database, clock, identity};

  explicit Child(const RegistryHome& home)
      : database(must(store::Database::open(home.database_file, store::OpenMode::ReadWrite))),
        identity(home.identity),
        owner(must(Owner::open(home.files.owner_key_file, home.identity))) {}
};

pid_t start(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    work();
    _exit(0);
  } catch (const std::exception& error) {
    fprintf(stderr, "child: %s\n", error.what());
    _exit(1);
  }
}

// Each key is whole: row, settings and seal, on or off with its record.
void expect_sound(RegistryHome& home) {
  ASSERT_EQ(must(home.database.quick_check()), "ok");
  const std::int64_t keys = number(home.database, "SELECT count(*) FROM api_keys");
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_key_settings"), keys);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_key_seals"), keys);
  for (const Key& key : must(home.registry.keys(home.catalog))) {
    EXPECT_EQ(key.seal, key.is_active ? SealState::Sealed : SealState::Withdrawn) << key.id;
    EXPECT_EQ(key.inactive_reason, key.is_active ? "" : "refused") << key.id;
  }
}

// A pipe that a child writes a byte to for each change it was told is done.
struct Acknowledgements {
  std::array<int, 2> ends{};

  Acknowledgements() {
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  }
  Acknowledgements(const Acknowledgements&) = delete;
  Acknowledgements& operator=(const Acknowledgements&) = delete;
  ~Acknowledgements() {
    for (const int end : ends)
      if (end >= 0) close(end);
  }
  void give() const {
    if (write(ends[1], "+", 1) != 1) throw std::runtime_error("nobody listens");
  }
  // Blocks; 0 at the end.
  [[nodiscard]] ssize_t take(std::size_t count_max) const {
    std::array<char, 64> bytes{};
    return read(ends[0], bytes.data(), std::min(count_max, bytes.size()));
  }
  void stop_writing() { close(std::exchange(ends[1], -1)); }
};

TEST(CrashTest, KeysAreOldOrNewWhereverAProcessDies) {
  RegistryHome home;
  const Registry::NewKey key = home.new_key("credential");
  std::mt19937 generator(7);
  std::uniform_int_distribution<unsigned> patience_us(0, 10'000);
  std::int64_t acknowledged = 0;
  for (int round = 0; round < 200; ++round) {
    Acknowledgements acknowledgements;
    home.close_database();
    const pid_t child = start([&] {
      Child process(home);
      for (;;) {
        const Key added = must(process.registry.add_key(home.catalog, key, process.owner));
        acknowledgements.give();
        must(process.registry.deactivate_key(added.id, "refused"));
      }
    });
    ASSERT_GT(child, 0);
    acknowledgements.stop_writing();
    if (round % 2 == 1) acknowledged += acknowledgements.take(1);
    usleep(patience_us(generator));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    while (const ssize_t more = acknowledgements.take(64)) acknowledged += more;
    home.reopen_database();
    EXPECT_GE(number(home.database, "SELECT count(*) FROM api_keys"), acknowledged);
    if (round % 20 == 19) expect_sound(home);
  }
  EXPECT_GE(acknowledged, 100);
}

TEST(ConcurrencyTest, TwoProcessesAddKeysAtOnce) {
  RegistryHome home;
  const Registry::NewKey key = home.new_key("credential");
  constexpr int count = 40;
  const auto add_keys = [&] {
    Child child(home);
    for (int i = 0; i < count; ++i) must(child.registry.add_key(home.catalog, key, child.owner));
  };
  home.close_database();
  const pid_t one = start(add_keys);
  const pid_t other = start(add_keys);
  for (const pid_t child : {one, other}) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  home.reopen_database();
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM api_keys"), 2 * count);
  expect_sound(home);
}

TEST(ConcurrencyTest, ProcessesThatRegisterAtOnceAgreeOnOneRow) {
  RegistryHome home;
  for (const char* name : {"gamma", "delta", "epsilon"})
    home.catalog.add(testing::example_adapter(name));
  const auto register_all = [&] { must(Child(home).registry.register_adapters(home.catalog)); };
  home.close_database();
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) children.push_back(start(register_all));
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  home.reopen_database();
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM api_providers"), 6);
}

}  // namespace
}  // namespace patchbay::host
