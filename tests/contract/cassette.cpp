#include "tests/contract/cassette.hpp"

#include "tests/support/fixtures.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace patchbay::contract {
namespace {

constexpr std::string_view mark = "=== ";

std::pair<std::string, std::string> split_at(const std::string& text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string::npos) throw std::runtime_error("a cassette has the line: " + text);
  return {text.substr(0, at), text.substr(at + 1)};
}

std::uint32_t operation_of(const std::string& name) {
  if (name == "image") return PATCHBAY_OP_IMAGE;
  if (name == "chat") return PATCHBAY_OP_CHAT;
  if (name == "models") return PATCHBAY_OP_MODELS;
  if (name == "verify") return PATCHBAY_OP_VERIFY;
  throw std::runtime_error("a cassette has the operation " + name);
}

void read_question(const std::string& lines, Question& question) {
  std::istringstream in(lines);
  question.model.clear();
  for (std::string line; std::getline(in, line);) {
    const auto [key, value] = split_at(line, ':');
    const std::string text = value.substr(1);
    if (key == "operation") question.operation = operation_of(text);
    if (key == "model") question.model = text;
    if (key == "param") question.params.push_back(split_at(text, '='));
  }
}

Reply read_reply(const std::string& text) {
  const auto [head, body] = split_at(text, '\n');
  const auto [status, headers] = split_at(head, ' ');
  Reply reply;
  reply.status = static_cast<std::uint32_t>(std::stoul(status));
  std::istringstream in(headers);
  for (std::string header; std::getline(in, header, '|');)
    reply.headers.push_back(split_at(header, '='));
  reply.body = body.substr(0, body.size() - 1);
  return reply;
}

Cassette read_cassette(const std::filesystem::path& path) {
  Cassette cassette;
  cassette.name = path.stem().string();
  cassette.expected_path = path;
  cassette.expected_path.replace_extension(".expected");
  const std::string text = "\n" + read_whole_file(path);
  std::vector<std::size_t> starts;
  for (std::size_t at = text.find("\n=== "); at != std::string::npos;
       at = text.find("\n=== ", at + 1))
    starts.push_back(at + 1);
  if (starts.empty()) throw std::runtime_error(path.string() + " has no reply");
  read_question(text.substr(1, starts.front() - 2), cassette.question);
  starts.push_back(text.size());
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    const std::size_t from = starts[i] + mark.size();
    cassette.replies.push_back(read_reply(text.substr(from, starts[i + 1] - from)));
  }
  return cassette;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? "" : value;
}

}  // namespace

void PrintTo(const Cassette& cassette, std::ostream* out) {
  *out << cassette.name;
}

std::vector<Cassette> read_cassettes(const std::filesystem::path& folder) {
  std::vector<Cassette> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".cassette") out.push_back(read_cassette(entry.path()));
  std::sort(out.begin(), out.end(), [](const Cassette& one, const Cassette& other) {
    return one.name < other.name;
  });
  return out;
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
