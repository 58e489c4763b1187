// Every check there is; each is defined in the check_*.cpp of its level.
#pragma once

#include "host/check/check.hpp"
#include "host/check/subject.hpp"

namespace patchbay::check {

// 1: the file
[[nodiscard]] Finding check_file(Subject& subject);
[[nodiscard]] Finding check_manifest(Subject& subject);
[[nodiscard]] Finding check_exports(Subject& subject);
[[nodiscard]] Finding check_unique_symbols(Subject& subject);
[[nodiscard]] Finding check_binding(Subject& subject);
[[nodiscard]] Finding check_thread_locals(Subject& subject);
[[nodiscard]] Finding check_imports(Subject& subject);
[[nodiscard]] Finding check_libraries(Subject& subject);
[[nodiscard]] Finding check_system_versions(Subject& subject);
// 2: loading
[[nodiscard]] Finding check_load(Subject& subject);
[[nodiscard]] Finding check_effects(Subject& subject);
[[nodiscard]] Finding check_entry(Subject& subject);
[[nodiscard]] Finding check_extensions(Subject& subject);
[[nodiscard]] Finding check_arguments(Subject& subject);
[[nodiscard]] Finding check_operations(Subject& subject);
// 3: sessions
[[nodiscard]] Finding check_actions(Subject& subject);
[[nodiscard]] Finding check_rest(Subject& subject);
[[nodiscard]] Finding check_turns(Subject& subject);
[[nodiscard]] Finding check_end(Subject& subject);
[[nodiscard]] Finding check_close(Subject& subject);
[[nodiscard]] Finding check_cancel(Subject& subject);
[[nodiscard]] Finding check_leaks(Subject& subject);
[[nodiscard]] Finding check_two_sessions(Subject& subject);
[[nodiscard]] Finding check_threads(Subject& subject);
[[nodiscard]] Finding check_questions(Subject& subject);
// 4: answers
[[nodiscard]] Finding check_cassettes(Subject& subject);
[[nodiscard]] Finding check_http_errors(Subject& subject);
[[nodiscard]] Finding check_false_alarms(Subject& subject);
[[nodiscard]] Finding check_hostile_bodies(Subject& subject);
[[nodiscard]] Finding check_large_bodies(Subject& subject);
[[nodiscard]] Finding check_lost_connections(Subject& subject);
// 5: laws
[[nodiscard]] Finding check_chunks(Subject& subject);
[[nodiscard]] Finding check_borrowed(Subject& subject);
[[nodiscard]] Finding check_truncation(Subject& subject);
[[nodiscard]] Finding check_determinism(Subject& subject);
[[nodiscard]] Finding check_older_host(Subject& subject);
[[nodiscard]] Finding check_newer_host(Subject& subject);
// 6: secrets
[[nodiscard]] Finding check_requests(Subject& subject);
[[nodiscard]] Finding check_injection(Subject& subject);
[[nodiscard]] Finding check_canary(Subject& subject);
[[nodiscard]] Finding check_system_calls(Subject& subject);
// No check: writes the transcripts that cassettes lack, and gives their names.
[[nodiscard]] Finding write_expected(Subject& subject);
inline constexpr Check expected_writer{
    "expect", 0, Needs::Module, "writes what cassettes lack", write_expected};

// 7: fuzzing
[[nodiscard]] Finding check_fuzz(Subject& subject);

}  // namespace patchbay::check
