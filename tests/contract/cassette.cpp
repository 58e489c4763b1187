#include "tests/contract/cassette.hpp"

#include "tests/support/fixtures.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace patchbay::contract {
namespace {

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? "" : value;
}

}  // namespace

std::vector<Cassette> read_cassettes(const std::filesystem::path& folder) {
  auto cassettes = check::read_cassettes(folder);
  if (!cassettes.ok()) throw std::runtime_error(cassettes.error().message);
  return std::move(cassettes).value();
}

std::string read_whole_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path source_folder() {
  const std::string stated = environment("PATCHBAY_SOURCE_DIR");
  return stated.empty() ? PATCHBAY_TEST_SOURCE_DIR : stated;
}

std::filesystem::path fixture_folder(const std::string& provider) {
  const std::filesystem::path folder = test::fixtures() / provider;
  return std::filesystem::is_directory(folder) ? folder : std::filesystem::path();
}

}  // namespace patchbay::contract

namespace patchbay::check {

void PrintTo(const Cassette& cassette, std::ostream* out) {
  *out << cassette.name;
}

}  // namespace patchbay::check
