// Small JSON documents as values. Bodies with images never come here: see patchbay/json.hpp.
#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace patchbay::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;  // in document order; keys are unique

// Null, a boolean, a number, a string, an array or an object.
class Value {
 public:
  Value() = default;
  // NOLINTBEGIN(google-explicit-constructor): a JSON literal should read like one.
  Value(bool value) : state_(value) {}
  Value(int value) : state_(static_cast<std::int64_t>(value)) {}
  Value(std::int64_t value) : state_(value) {}
  Value(std::uint64_t value) : state_(static_cast<std::int64_t>(value)) {}
  Value(double value) : state_(value) {}
  Value(const char* value) : state_(std::string(value)) {}
  Value(std::string_view value) : state_(std::string(value)) {}
  Value(std::string value) : state_(std::move(value)) {}
  Value(Array value) : state_(std::move(value)) {}
  Value(Object value) : state_(std::move(value)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(state_); }
  // Null where the value is of another type.
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&state_); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&state_); }
  [[nodiscard]] const double* real() const { return std::get_if<double>(&state_); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&state_); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&state_); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&state_); }

  // The member of that name; null where this is no object or has none.
  [[nodiscard]] const Value* find(std::string_view key) const;
  // The text of a member that is a string; empty where it is missing or of another type.
  [[nodiscard]] std::string_view text(std::string_view key) const;

  // Sets a member, and makes this an object if it was null. Requires null or an object.
  void set(std::string_view key, Value value);
  // Appends an element, and makes this an array if it was null. Requires null or an array.
  void append(Value value);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> state_;
};

struct Limits {
  std::size_t size_max = std::size_t{4} << 20U;  // bytes
  std::size_t depth_max = 64;
  std::size_t values_max = 100'000;
};

// Strict JSON (RFC 8259): refuses duplicate keys, NUL bytes, invalid UTF-8 and anything after the
// document. Constant stack: the depth is checked while reading. Errors: Protocol, with the offset.
[[nodiscard]] Result<Value> parse(std::string_view text, const Limits& limits = Limits());

enum class Layout : std::uint8_t { Compact, Indented };
[[nodiscard]] std::string write(const Value& value, Layout layout = Layout::Compact);

}  // namespace patchbay::json
