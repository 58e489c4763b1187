// The push reader against RapidJSON: both accept the same documents and read the same out of them,
// however the bytes are cut.
#include "tests/fuzz/fuzz_check.hpp"
#include <patchbay/json.hpp>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using patchbay::JsonError;
using patchbay::JsonNumber;
using patchbay::fuzz::require;

class Recorder {
 public:
  void on_object() { log_ += '{'; }
  void on_object_end() { log_ += '}'; }
  void on_array() { log_ += '['; }
  void on_array_end() { log_ += ']'; }
  void on_key(std::string_view key) { log_.append("k").append(key).push_back('\x01'); }
  void on_string(std::string_view piece, bool last) {
    if (!inside_) log_ += 's';
    log_.append(piece);
    inside_ = !last;
    if (last) log_ += '\x01';
  }
  void on_number(JsonNumber number) { log_.append("n").append(number.text()).push_back('\x01'); }
  void on_boolean(bool truth) { log_ += truth ? 'T' : 'F'; }
  void on_null() { log_ += 'N'; }
  [[nodiscard]] const std::string& log() const { return log_; }

 private:
  std::string log_;
  bool inside_ = false;
};

// The same log out of RapidJSON's events.
struct Yardstick : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Yardstick> {
  Recorder log;
  static std::string_view view(const char* text, unsigned size) { return {text, size}; }
  bool Null() { return log.on_null(), true; }
  bool Bool(bool truth) { return log.on_boolean(truth), true; }
  bool RawNumber(const char* text, unsigned size, bool) {
    return log.on_number(JsonNumber(view(text, size))), true;
  }
  bool String(const char* text, unsigned size, bool) {
    return log.on_string(view(text, size), true), true;
  }
  bool Key(const char* text, unsigned size, bool) { return log.on_key(view(text, size)), true; }
  bool StartObject() { return log.on_object(), true; }
  bool EndObject(unsigned) { return log.on_object_end(), true; }
  bool StartArray() { return log.on_array(), true; }
  bool EndArray(unsigned) { return log.on_array_end(), true; }
};

struct Parsed {
  JsonError error = JsonError::None;
  std::string log;
};
Parsed parse(std::string_view document, std::uint32_t seed) {
  Recorder recorder;
  patchbay::JsonParser<Recorder> parser(recorder);
  while (!document.empty()) {
    seed = seed * 1664525U + 1013904223U;
    const std::size_t size = seed == 0 ? document.size() : 1 + (seed >> 16U) % 7;
    const std::string piece(document.substr(0, size));
    document.remove_prefix(std::min(size, document.size()));
    if (!parser.write(piece)) break;
  }
  (void)parser.finish();
  return {parser.error(), recorder.log()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  const Parsed whole = parse(document, 0x3C6EF35FU);
  for (const std::uint32_t seed : {1U, 77U, 4242U}) {
    const Parsed cut = parse(document, seed);
    require(cut.error == whole.error, "the error depends on the cuts");
    require(cut.error != JsonError::None || cut.log == whole.log, "the events depend on the cuts");
  }

  // RapidJSON has no limits of ours, lets the second half of a surrogate pair stand alone, and
  // takes a NUL for the end of the input.
  const bool stricter = whole.error == JsonError::TooDeep ||
                        whole.error == JsonError::TokenTooLong ||
                        whole.error == JsonError::Surrogate;
  if (stricter || document.find('\0') != document.npos) return 0;
  constexpr unsigned flags = rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  Yardstick yardstick;
  rapidjson::MemoryStream stream(document.data(), document.size());
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<flags>(stream, yardstick);
  if (result.Code() == rapidjson::kParseErrorNumberTooBig) return 0;  // it looks at the value too
  const bool accepted = !result.IsError();
  require(accepted == (whole.error == JsonError::None), "RapidJSON judges otherwise");
  require(!accepted || yardstick.log.log() == whole.log, "RapidJSON reads otherwise");
  return 0;
}
