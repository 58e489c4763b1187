#include "tests/contract/recordings.hpp"

#include "core/json/value.hpp"
#include "tests/contract/cassette.hpp"
#include <patchbay/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace patchbay::contract {
namespace {

// What is recorded beside a response, where it is.
struct Meta {
  std::uint64_t status = 0;
  std::string uri;
};

Meta meta_of(const std::filesystem::path& response) {
  Meta meta;
  const std::string name = response.string();
  const std::filesystem::path path = name.substr(0, name.find(".response.")) + ".meta.json";
  if (!std::filesystem::exists(path)) return meta;
  JsonReader reader;
  reader.count("status", meta.status).text("uri", meta.uri);
  if (!reader.write(read_whole_file(path)) || !reader.finish())
    throw std::runtime_error(path.string() + " is not JSON");
  return meta;
}

std::uint32_t status_of(const Meta& meta, const std::string& body) {
  std::uint64_t status = meta.status;
  if (status != 0) return static_cast<std::uint32_t>(status);
  JsonReader reader;
  reader.count("error.code", status);
  const bool is_status = reader.write(body) && reader.finish() && status >= 400 && status < 600;
  return is_status ? static_cast<std::uint32_t>(status) : 200;
}

std::uint32_t operation_of(const std::string& name, const std::string& uri) {
  if (name.find("models_list") != std::string::npos) return PATCHBAY_OP_MODELS;
  if (name.find("manage") != std::string::npos) return PATCHBAY_OP_VERIFY;
  const bool chats = uri.ends_with("/chat/completions") && name.find("image") == std::string::npos;
  return chats ? PATCHBAY_OP_CHAT : PATCHBAY_OP_IMAGE;
}

// An event's data in each line. Gemini's events end as HTTP lines do, the others' with a newline.
std::string stream_of(const std::string& chunks, const std::string& provider) {
  const std::string end = provider == "gemini" ? "\r\n\r\n" : "\n\n";
  std::string stream;
  std::istringstream lines(chunks);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) stream.append("data: ").append(line).append(end);
  }
  return provider == "gemini" ? stream : stream + "data: [DONE]" + end;
}

class Collector {
 public:
  Collector(std::string provider, std::filesystem::path folder)
      : provider_(std::move(provider)), folder_(std::move(folder)) {}

  void read(const std::filesystem::path& path) {
    const std::string file = path.filename().string();
    if (file.ends_with(".chunks.txt")) return add_stream(path);
    if (file.ends_with(".response.json") || file.ends_with(".response.sse"))
      return add_response(path);
    const bool is_beside = file.ends_with(".request.json") || file.ends_with(".meta.json");
    if (file.ends_with(".json") && !is_beside) add_collection(path);
  }
  [[nodiscard]] std::vector<Recorded> take() { return std::move(found_); }

 private:
  void add_response(const std::filesystem::path& path) {
    const std::string file = path.filename().string();
    const Meta meta = meta_of(path);
    Recorded recorded;
    recorded.reply.body = read_whole_file(path);
    recorded.reply.status = status_of(meta, recorded.reply.body);
    if (file.ends_with(".sse")) recorded.question.params.emplace_back("stream", "1");
    recorded.question.operation = operation_of(file, meta.uri);
    // A page that another one follows would be asked for.
    const bool lists = recorded.question.operation == PATCHBAY_OP_MODELS;
    if (lists && provider_ == "gemini") recorded.question.operation = PATCHBAY_OP_VERIFY;
    add(path, "", std::move(recorded));
  }

  void add_stream(const std::filesystem::path& path) {
    Recorded recorded;
    recorded.reply.body = stream_of(read_whole_file(path), provider_);
    recorded.question.params.emplace_back("stream", "1");
    recorded.question.operation = PATCHBAY_OP_CHAT;
    add(path, "", std::move(recorded));
  }

  void add_collection(const std::filesystem::path& path) {
    const auto document = json::parse(read_whole_file(path));
    if (!document.ok()) throw std::runtime_error(path.string() + " is not JSON");
    collect(path, document.value(), 200, "");
  }

  // An answer is an object that has what answers have; above it a status may stand, as a key or
  // beside it.
  void collect(const std::filesystem::path& path,
               const json::Value& value,
               std::uint32_t status,
               const std::string& place) {
    if (is_answer(value)) {
      Recorded recorded;
      recorded.reply.body = json::write(value);
      recorded.reply.status = status;
      return add(path, place, std::move(recorded));
    }
    if (const json::Value* stated = value.find("status"); stated != nullptr && stated->integer())
      status = static_cast<std::uint32_t>(*stated->integer());
    if (const json::Object* object = value.object())
      for (const auto& [key, inner] : *object)
        collect(path, inner, status_in(key, status), place + "_" + key);
    if (const json::Array* array = value.array())
      for (std::size_t i = 0; i < array->size(); ++i)
        collect(path, (*array)[i], status, place + "_" + std::to_string(i));
  }

  static bool is_answer(const json::Value& value) {
    constexpr std::array<std::string_view, 5> signs = {
        "error", "candidates", "promptFeedback", "choices", "data"};
    return std::any_of(
        signs.begin(), signs.end(), [&](auto sign) { return value.find(sign) != nullptr; });
  }
  static std::uint32_t status_in(const std::string& key, std::uint32_t otherwise) {
    const bool is_number = key.size() == 3 && std::all_of(key.begin(), key.end(), [](char c) {
                             return std::isdigit(static_cast<unsigned char>(c)) != 0;
                           });
    return is_number ? static_cast<std::uint32_t>(std::stoul(key)) : otherwise;
  }

  void add(const std::filesystem::path& path, const std::string& place, Recorded recorded) {
    recorded.name = provider_ + "/" + path.lexically_relative(folder_).string() + place;
    for (char& c : recorded.name)
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    found_.push_back(std::move(recorded));
  }

  std::string provider_;
  std::filesystem::path folder_;
  std::vector<Recorded> found_;
};

}  // namespace

void PrintTo(const Recorded& recorded, std::ostream* out) {
  *out << recorded.name;
}

std::vector<Recorded> recordings_in(const std::string& folders) {
  std::vector<Recorded> out;
  std::istringstream names(folders);
  for (std::string name; names >> name;) {
    const std::filesystem::path folder = fixture_folder(name);
    if (folder.empty()) continue;
    Collector collector(name, folder);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) collector.read(entry.path());
    std::vector<Recorded> some = collector.take();
    std::move(some.begin(), some.end(), std::back_inserter(out));
  }
  std::sort(out.begin(), out.end(), [](const auto& one, const auto& other) {
    return one.name < other.name;
  });
  return out;
}

}  // namespace patchbay::contract
