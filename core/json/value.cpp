#include "core/json/value.hpp"

#include <algorithm>
#include <cassert>

namespace patchbay::json {

const Value* Value::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = std::find_if(members->begin(), members->end(), [key](const Member& member) {
    return member.first == key;
  });
  return found == members->end() ? nullptr : &found->second;
}

std::string_view Value::text(std::string_view key) const {
  const Value* member = find(key);
  if (member == nullptr || member->string() == nullptr) return {};
  return *member->string();
}

void Value::set(std::string_view key, Value value) {
  assert(is_null() || object() != nullptr);
  if (is_null()) state_ = Object();
  auto* members = std::get_if<Object>(&state_);
  if (members == nullptr) return;
  const auto found = std::find_if(members->begin(), members->end(), [key](const Member& member) {
    return member.first == key;
  });
  if (found == members->end()) {
    members->emplace_back(std::string(key), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

void Value::append(Value value) {
  assert(is_null() || array() != nullptr);
  if (is_null()) state_ = Array();
  if (auto* elements = std::get_if<Array>(&state_)) elements->push_back(std::move(value));
}

}  // namespace patchbay::json
