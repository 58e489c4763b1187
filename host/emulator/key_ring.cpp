#include "host/emulator/key_ring.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::emulator {

KeyRing::KeyRing(const Spelling& spell) {
  for (unsigned i = 1; i <= working_count; ++i)
    keys_.push_back(
        {.text = spell("working", i), .name = "key" + std::to_string(i), .kind = KeyKind::Working});
  keys_.push_back({.text = spell("refused", 2), .name = "bad_key", .kind = KeyKind::Refused});
  keys_.push_back({.text = spell("limited", 1), .name = "limited_key", .kind = KeyKind::Limited});
  keys_.push_back({.text = spell("drained", 1), .name = "drained_key", .kind = KeyKind::Drained});
  keys_.push_back(
      {.text = spell("manager", 1), .name = "management_key", .kind = KeyKind::Management});
}

KeyRing::Key KeyRing::find(std::string_view text) const {
  if (text.empty()) return {.text = {}, .name = "none", .kind = KeyKind::None};
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.text == text; });
  if (found != keys_.end()) return *found;
  return {.text = {}, .name = "unknown", .kind = KeyKind::Unknown};
}

const std::string& KeyRing::text_of(std::string_view name) const {
  static const std::string none;
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.name == name; });
  return found == keys_.end() ? none : found->text;
}

std::vector<std::string> KeyRing::working() const {
  std::vector<std::string> list;
  for (unsigned i = 1; i <= working_count; ++i) list.push_back(text_of("key" + std::to_string(i)));
  return list;
}

void KeyRing::add_login(std::string text) {
  if (login_count_ >= login_count_max) {
    const std::string oldest = "login" + std::to_string(login_count_ - login_count_max + 1);
    std::erase_if(keys_, [&](const Key& key) { return key.name == oldest; });
  }
  const std::string name = "login" + std::to_string(++login_count_);
  keys_.push_back({.text = std::move(text), .name = name, .kind = KeyKind::Working});
}

ProviderAccess access_with(const KeyRing& keys, std::string_view provider, std::string base_url) {
  ProviderAccess access;
  access.provider = provider;
  access.base_url = std::move(base_url);
  access.keys = keys.working();
  access.key = access.keys.front();
  access.bad_key = keys.text_of("bad_key");
  access.more = {{"limited_key", keys.text_of("limited_key")},
                 {"drained_key", keys.text_of("drained_key")}};
  return access;
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  return trimmed(authorization.substr(scheme.size()));
}

}  // namespace patchbay::emulator
