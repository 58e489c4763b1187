// patchbay_load_together COPIES PLUGIN.so...
// Loads all of them into this one process as a host does, and prints what a session of each does,
// twice over: the second round finds the others loaded and used.
#include "host/loader/catalog.hpp"
#include "tests/contract/session_player.hpp"

#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace patchbay;  // NOLINT(google-build-using-namespace): a test program's main

struct Loaded {
  std::unique_ptr<host::Catalog> catalog;  // of this one file
  const patchbay_module* module = nullptr;
  contract::Question question;
};

template <class T>
T taken(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message);
  return std::move(result).value();
}

Loaded load(const std::filesystem::path& path, const std::filesystem::path& copies) {
  host::CatalogOptions options;
  options.explicit_paths = {path};
  options.copy_directory = copies;
  options.is_vouched = [](const host::FoundPlugin&) { return true; };
  Loaded loaded;
  loaded.catalog = taken(host::Catalog::discover(std::move(options)));
  for (const host::RefusedPlugin& refused : loaded.catalog->refused())
    throw std::runtime_error(refused.path.string() + " " + refused.reason);
  const host::Adapter adapter = loaded.catalog->adapters().at(0);
  loaded.module = taken(loaded.catalog->load(adapter));
  loaded.question.operation =
      adapter.manifest().can(host::Operation::Image) ? PATCHBAY_OP_IMAGE : PATCHBAY_OP_CHAT;
  return loaded;
}

}  // namespace

int main(int argc, char** argv) try {
  std::vector<Loaded> plugins;
  for (int i = 2; i < argc; ++i) plugins.push_back(load(argv[i], argv[1]));
  const contract::Reply reply = {200, {}, R"({"data":[{"b64_json":"QUJD"}]})"};
  for (int round = 0; round < 2; ++round)
    for (const Loaded& plugin : plugins)
      std::cout << contract::play(*plugin.module, plugin.question, {reply}).json() << "\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << "patchbay_load_together: " << error.what() << "\n";
  return 2;
}
