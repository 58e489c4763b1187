// What `doctor` finds: each check with its result, and what to do where that is not good.
#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::cli {

enum class Health : std::uint8_t {
  Ok,
  Warning,  // works, but not as well or as safely as it could
  Failure,  // something does not work
};
[[nodiscard]] std::string_view to_string(Health health) noexcept;  // "ok", "warning", "failure"

struct Finding {
  std::string group;  // "home", "plugins", …
  std::string check;  // "database", "keys of acme", …
  Health health = Health::Ok;
  std::string detail;
  std::string hint;  // what to do; empty where nothing is
};

class Examination {
 public:
  // The group of what is found from now on.
  void begin(std::string_view group) { group_ = group; }
  void ok(std::string_view check, std::string detail);
  void warn(std::string_view check, std::string detail, std::string hint);
  void fail(std::string_view check, std::string detail, std::string hint);
  // A failure in the error's own words.
  void fail(std::string_view check, const Error& error);

  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
  [[nodiscard]] std::size_t count(Health health) const;

 private:
  void add(std::string_view check, Health health, std::string detail, std::string hint);

  std::string group_;
  std::vector<Finding> findings_;
};

}  // namespace patchbay::cli
