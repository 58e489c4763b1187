// patchbay_replay PLUGIN.so [options] [RESPONSE STATUS]...
// Plays recorded answers to a plugin and prints what it did as one JSON object.
//   --operation image|chat|models|verify   --model ID   --param KEY=VALUE   --setting KEY=VALUE
//   --user TEXT  --system TEXT  --assistant TEXT   begin a message
//   --text TEXT  --image FILE MIME  --state FILE   add a part to the last message
//   --stream                                       the same as --param stream=1
//   --header NAME=VALUE                            of the next answer
#include "tests/contract/session_player.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace patchbay::contract;  // NOLINT(google-build-using-namespace): a test program's main
using patchbay::contract::Question;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::pair<std::string, std::string> pair_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) throw std::runtime_error("KEY=VALUE expected: " + text);
  return {text.substr(0, equals), text.substr(equals + 1)};
}

class CommandLine {
 public:
  explicit CommandLine(std::vector<std::string> words) : words_(std::move(words)) {
    question_.messages.clear();
    plugin_ = next();
    while (at_ < words_.size()) read(next());
    if (question_.messages.empty())
      question_.messages = {{PATCHBAY_ROLE_USER, {{PATCHBAY_PART_TEXT, "a cat", ""}}}};
  }
  [[nodiscard]] Transcript run() const {
    const LoadedPlugin plugin(plugin_);
    return play(plugin.module(), question_, replies_);
  }

 private:
  const std::string& next() {
    if (at_ == words_.size()) throw std::runtime_error("an argument is missing");
    return words_[at_++];
  }
  void begin(std::uint32_t role) {
    question_.messages.push_back({role, {{PATCHBAY_PART_TEXT, next(), ""}}});
    if (question_.messages.back().parts.back().text.empty())
      question_.messages.back().parts.clear();
  }
  void add(InputPart part) {
    if (question_.messages.empty()) question_.messages.push_back({PATCHBAY_ROLE_USER, {}});
    question_.messages.back().parts.push_back(std::move(part));
  }
  void read(const std::string& word) {
    if (word == "--operation") return set_operation(next());
    if (word == "--model") return void(question_.model = next());
    if (word == "--param") return void(question_.params.push_back(pair_of(next())));
    if (word == "--setting") return void(question_.settings.push_back(pair_of(next())));
    if (word == "--header") return void(headers_.push_back(pair_of(next())));
    if (word == "--stream") return void(question_.params.emplace_back("stream", "1"));
    if (word == "--user") return begin(PATCHBAY_ROLE_USER);
    if (word == "--system") return begin(PATCHBAY_ROLE_SYSTEM);
    if (word == "--assistant") return begin(PATCHBAY_ROLE_ASSISTANT);
    if (word == "--text") return add({PATCHBAY_PART_TEXT, next(), ""});
    if (word == "--state") return add({PATCHBAY_PART_STATE, read_file(next()), ""});
    if (word == "--image") {
      const std::string bytes = read_file(next());
      return add({PATCHBAY_PART_IMAGE, bytes, next()});
    }
    if (word.starts_with("--")) throw std::runtime_error("unknown option " + word);
    const auto status = static_cast<std::uint32_t>(std::stoul(next()));
    replies_.push_back({status, std::exchange(headers_, {}), read_file(word)});
  }
  void set_operation(const std::string& name) {
    const std::vector<std::string> names = {"image", "chat", "models", "verify"};
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == name) question_.operation = static_cast<std::uint32_t>(i + 1);
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  std::string plugin_;
  Question question_;
  std::vector<Reply> replies_;
  std::vector<std::pair<std::string, std::string>> headers_;  // of the next one
};

}  // namespace

int main(int argc, char** argv) try {
  const CommandLine command({argv + 1, argv + argc});
  std::cout << command.run().json() << "\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << "patchbay_replay: " << error.what() << "\n";
  return 2;
}
