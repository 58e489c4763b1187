// A home with two sealed keys, and SQL that changes it behind its owner's back.
#pragma once

#include "tests/unit/registry/registry_home.hpp"

#include <string>
#include <string_view>

namespace patchbay::testing {

inline void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.replace(at, what.size(), by);
}

struct TamperHome : RegistryHome {
  std::string key_id = add_key("one").id;
  std::string other_id = add_key("other").id;

  void apply(std::string sql) {
    replace_all(sql, "KEY", key_id);
    replace_all(sql, "OTHER", other_id);
    replace_all(sql, "PROVIDER", provider("alpha").id);
    replace_all(sql, "BETA", provider("beta").id);
    execute(sql);
  }
  [[nodiscard]] Result<host::KeyStatement> use(const std::string& id) const {
    const host::Key used = key(id);
    for (const host::Provider& row : must(registry.providers()))
      if (row.id == used.provider_id) return registry.checked_statement(catalog, row, used);
    return Error{ErrorCode::NotFound, "no provider", {}, {}};
  }
};

}  // namespace patchbay::testing
