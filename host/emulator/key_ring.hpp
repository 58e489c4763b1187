// The keys of one emulated provider, and what each is called where it must not be shown.
#pragma once

#include "host/emulator/emulator.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::emulator {

enum class KeyKind : std::uint8_t {
  None,     // no key was sent
  Unknown,  // another's
  Refused,  // well-formed, and not accepted
  Working,
  Limited,     // accepted, a few times a second
  Drained,     // accepted, and its quota is used up
  Management,  // accepted; manages the account, where a provider has such keys
};

class KeyRing {
 public:
  static constexpr unsigned working_count = 3;
  static constexpr std::size_t login_count_max = 256;  // the newest are kept

  struct Key {
    std::string text;
    std::string name;  // "key1", "bad_key", "limited_key": for counts and logs
    KeyKind kind = KeyKind::Unknown;
  };

  // `spell` makes a key of this provider out of a word of seven letters and a number.
  using Spelling = std::function<std::string(std::string_view word, unsigned number)>;
  explicit KeyRing(const Spelling& spell);

  // What is known of a key that came with a request; empty: none came.
  [[nodiscard]] Key find(std::string_view text) const;
  [[nodiscard]] const std::string& text_of(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> working() const;
  // A key that somebody got by logging in: "login1" and on.
  void add_login(std::string text);

 private:
  std::vector<Key> keys_;
  unsigned login_count_ = 0;
};

[[nodiscard]] inline bool is_accepted(KeyKind kind) {
  return kind >= KeyKind::Working;
}

// The access to a provider with these keys.
[[nodiscard]] ProviderAccess access_with(const KeyRing& keys,
                                         std::string_view provider,
                                         std::string base_url);

// The token of "Authorization: Bearer TOKEN"; empty where there is none.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);

}  // namespace patchbay::emulator
