// One process of several on a database. Waits for the end of its input, so that all can start at
// once, then does what its arguments say:
//   migrate FILE                  prints how many steps it did
//   insert FILE COUNT             COUNT transactions that read, then write two rows each
//   hold FILE COUNT               likewise, holding the write lock for 50 ms each time
//   open FILE                     opens for writing
// A first argument `limit=BYTES` has the kernel kill it when a file grows beyond that, `full=BYTES`
// has writes beyond it fail instead, and `nobody` runs it as an ordinary user.
#include "core/store/migrator.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"

#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace {

using namespace patchbay;
using store::Database;
using store::OpenMode;

Status insert_pair(Database& database, std::chrono::milliseconds held) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  store::Statement count =
      PATCHBAY_TRY(store::Statement::prepare(database, "SELECT count(*) FROM pairs"));
  if (!PATCHBAY_TRY(count.step())) return {};
  const std::int64_t before = count.integer(0);
  count.reset();
  store::Statement insert =
      PATCHBAY_TRY(store::Statement::prepare(database, "INSERT INTO pairs (number) VALUES (?)"));
  PATCHBAY_TRY(insert.bind(1, before).run());
  PATCHBAY_TRY(insert.bind(1, before + 1).run());
  std::this_thread::sleep_for(held);
  return transaction.commit();
}

Status migrate(const char* path) {
  Database database = PATCHBAY_TRY(Database::open(path, OpenMode::ReadWriteCreate));
  const auto done = PATCHBAY_TRY(store::migrate(database, store::embedded_migrations()));
  std::cout << done.size() << std::endl;
  return {};
}

// Says each commit at once: what was said must be there, whatever happens to this process.
Status insert(const char* path, int count, std::chrono::milliseconds held) {
  Database database = PATCHBAY_TRY(Database::open(path, OpenMode::ReadWrite));
  for (int i = 0; i < count; ++i) {
    PATCHBAY_TRY(insert_pair(database, held));
    std::cout << "committed" << std::endl;
  }
  return {};
}

Status open_for_writing(const char* path) {
  const Result<Database> opened = Database::open(path, OpenMode::ReadWrite);
  if (!opened.ok()) return opened.error();
  return {};
}

bool set_file_limit(std::string_view bytes) {
  const rlim_t limit = std::strtoul(std::string(bytes).c_str(), nullptr, 10);
  const rlimit size{limit, limit};
  const rlimit no_core{0, 0};
  return setrlimit(RLIMIT_CORE, &no_core) == 0 && setrlimit(RLIMIT_FSIZE, &size) == 0;
}

bool prepare(std::string_view option) {
  if (option == "nobody") return getuid() != 0 || setuid(65534) == 0;
  if (option.starts_with("full=")) std::signal(SIGXFSZ, SIG_IGN);
  return set_file_limit(option.substr(option.find('=') + 1));
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> all(argv, static_cast<std::size_t>(argc));
  std::span<char*> words = all.subspan(1);
  while (std::cin.get() != std::char_traits<char>::eof()) {
  }
  if (words.size() == 3 || words.size() == 4)
    if (const std::string_view first = words[0];
        first == "nobody" || first.find('=') != first.npos) {
      if (!prepare(first)) return EXIT_FAILURE;
      words = words.subspan(1);
    }
  if (words.size() < 2) return EXIT_FAILURE;
  const std::string_view verb = words[0];
  const std::chrono::milliseconds held(verb == "hold" ? 50 : 0);
  Status status = verb == "migrate"  ? migrate(words[1])
                  : words.size() > 2 ? insert(words[1], std::atoi(words[2]), held)
                                     : open_for_writing(words[1]);
  if (status.ok()) return EXIT_SUCCESS;
  std::cerr << status.error().message << std::endl;
  return EXIT_FAILURE;
}
