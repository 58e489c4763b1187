// A database with two keys, and attempts to record.
#pragma once

#include "host/recorder/recorder.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <string>
#include <vector>

namespace patchbay::testing {

inline constexpr std::int64_t recorder_start_unix_ms = 1'795'410'984'000;  // 2026-11-23 05:16:24

struct RecorderHome : VaultHome {
  FakeClock clock{recorder_start_unix_ms};
  host::Recorder recorder{database, clock};

  RecorderHome() {
    must(database.execute(
        "INSERT INTO api_keys (id, provider_id, key_value)"
        " SELECT 'k1', id, 'token' FROM api_providers UNION SELECT 'k2', id, 'token'"
        " FROM api_providers"));
  }
  [[nodiscard]] std::string last_used(const std::string& key_id) {
    return text(database,
                "SELECT coalesce(last_used_at, 'never') FROM api_keys WHERE id = '" + key_id + "'");
  }
  [[nodiscard]] std::vector<std::string> ids(const host::AttemptQuery& query) {
    std::vector<std::string> ids;
    for (const host::Attempt& attempt : must(recorder.attempts(query))) ids.push_back(attempt.id);
    return ids;
  }
};

inline host::Attempt success(const std::string& id, std::int64_t offset_ms = 0) {
  host::Attempt attempt;
  attempt.id = id;
  attempt.provider = "example";
  attempt.key_id = "k1";
  attempt.started_unix_ms = recorder_start_unix_ms + offset_ms;
  return attempt;
}

inline host::Attempt failure(const std::string& id,
                             host::Category category = host::Category::Rate) {
  host::Attempt attempt = success(id);
  attempt.outcome.failure = host::Failure{};
  attempt.outcome.failure->category = category;
  return attempt;
}

}  // namespace patchbay::testing
