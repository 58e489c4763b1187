#include "core/base/text.hpp"
#include "core/json/number.hpp"
#include "core/json/value.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <optional>
#include <set>

namespace patchbay::json {
namespace {

// Builds the value from the parser's events. Returning false stops the parser at once.
class Builder {
 public:
  explicit Builder(const Limits& limits) : limits_(limits) {}

  [[nodiscard]] const char* problem() const { return problem_; }
  [[nodiscard]] Value take() { return std::move(root_); }

  // NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.
  bool Null() { return add({}); }
  bool Bool(bool value) { return add(value); }
  // Numbers come as text, so these are never called; the parser's template names them.
  static bool Int(int) { return false; }
  static bool Uint(unsigned) { return false; }
  static bool Int64(std::int64_t) { return false; }
  static bool Uint64(std::uint64_t) { return false; }
  static bool Double(double) { return false; }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    std::optional<Value> number = number_of({text, size});
    return number ? add(*std::move(number)) : stop("a number is too large");
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view view(text, size);
    return is_usable(view) && add(view);
  }
  bool StartObject() { return open(Kind::Object); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    Container& object = open_.back();
    object.key.assign(text, size);
    if (!object.keys.insert(object.key).second) return stop("a key occurs twice in one object");
    return is_usable(object.key);
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(Kind::Array); }
  bool EndArray(rapidjson::SizeType) { return close(); }
  // NOLINTEND(readability-identifier-naming)

 private:
  enum class Kind : std::uint8_t { Object, Array };

  // One that has begun and not ended.
  struct Container {
    Kind kind;
    Object members;
    Array elements;
    std::string key;             // of the member whose value comes next
    std::set<std::string> keys;  // an object with very many members must not take quadratic time
  };

  bool stop(const char* problem) {
    problem_ = problem;
    return false;
  }

  // What escapes spell: RapidJSON 1.1 lets half of a surrogate pair pass.
  bool is_usable(std::string_view text) {
    if (!is_valid_utf8(text)) return stop("a text contains half of a surrogate pair");
    return text.find('\0') == std::string_view::npos || stop("a text contains a NUL character");
  }

  bool count_value() { return ++values_ <= limits_.values_max || stop("it has too many values"); }

  bool add(Value value) { return count_value() && place(std::move(value)); }

  bool open(Kind kind) {
    if (!count_value()) return false;
    if (open_.size() == limits_.depth_max) return stop("it is nested too deeply");
    open_.push_back(Container{kind, {}, {}, {}, {}});
    return true;
  }

  bool close() {
    Container done = std::move(open_.back());
    open_.pop_back();
    return place(done.kind == Kind::Object ? Value(std::move(done.members))
                                           : Value(std::move(done.elements)));
  }

  bool place(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Container& parent = open_.back(); parent.kind == Kind::Object) {
      parent.members.emplace_back(std::move(parent.key), std::move(value));
    } else {
      parent.elements.push_back(std::move(value));
    }
    return true;
  }

  const Limits& limits_;
  const char* problem_ = nullptr;
  std::size_t values_ = 0;
  std::vector<Container> open_;
  Value root_;
};

Error invalid(std::size_t offset, std::string_view why) {
  if (why.ends_with('.')) why.remove_suffix(1);
  return Error{
      ErrorCode::Protocol,
      "the JSON cannot be used at byte " + std::to_string(offset) + ": " + std::string(why),
      {},
      {}};
}

}  // namespace

Result<Value> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.size_max)
    return Error{ErrorCode::Protocol,
                 "the JSON has " + std::to_string(text.size()) + " bytes, more than the limit of " +
                     std::to_string(limits.size_max),
                 {},
                 {}};
  // RapidJSON takes a NUL for the end of its input and would not look at what follows.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    return invalid(nul, "it contains a NUL byte");
  // RapidJSON 1.1's own conversion at full precision makes 1.3e89 of "0.0e109".
  constexpr unsigned flags = rapidjson::kParseIterativeFlag |
                             rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder(limits);
  const rapidjson::ParseResult result = reader.Parse<flags>(stream, builder);
  if (builder.problem() != nullptr) return invalid(result.Offset(), builder.problem());
  if (result.IsError()) return invalid(result.Offset(), rapidjson::GetParseError_En(result.Code()));
  return builder.take();
}

}  // namespace patchbay::json
