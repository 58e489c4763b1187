#include "host/check/checks.hpp"

#include <algorithm>
#include <array>

namespace patchbay::check {

std::string_view to_string(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, 6> names{
      "pass", "warn", "fail", "crash", "timeout", "skip"};
  return names.at(static_cast<std::size_t>(verdict));
}

std::string_view level_name(unsigned level) noexcept {
  constexpr std::array<std::string_view, level_max + 1> names{
      "nothing", "the file", "loading", "sessions", "answers", "laws", "secrets", "fuzzing"};
  return names.at(std::min(level, level_max));
}

std::span<const Check> all_checks() {
  static constexpr std::array checks{
      Check{"file",
            1,
            Needs::Nothing,
            "it is a shared library for this machine that exports "
            "patchbay_plugin_v1",
            check_file},
      Check{"manifest", 1, Needs::File, "its manifest is one that a host can use", check_manifest},
      Check{
          "exports", 1, Needs::File, "it exports the entry point and nothing else", check_exports},
      Check{"unique_symbols",
            1,
            Needs::File,
            "it shares no symbol with another plugin",
            check_unique_symbols},
      Check{
          "binding", 1, Needs::File, "it binds all that it needs when it is loaded", check_binding},
      Check{"thread_locals",
            1,
            Needs::File,
            "no thread_local of it has a destructor",
            check_thread_locals},
      Check{"imports",
            1,
            Needs::File,
            "it uses no function that reaches out of the session",
            check_imports},
      Check{
          "libraries", 1, Needs::File, "it needs the runtime of C and C++ alone", check_libraries},
      Check{"system_versions",
            1,
            Needs::File,
            "it runs on the oldest system that the host runs on",
            check_system_versions},

      Check{"load", 2, Needs::Manifest, "it loads, and is what its manifest says", check_load},
      Check{"effects",
            2,
            Needs::Loading,
            "loading and running it leaves no thread, file, output "
            "or handler",
            check_effects},
      Check{"entry",
            2,
            Needs::Module,
            "its entry point always gives the same static module",
            check_entry},
      Check{"extensions",
            2,
            Needs::Module,
            "it answers NULL for an extension that it does not have",
            check_extensions},
      Check{
          "arguments", 2, Needs::Module, "it refuses wrong arguments, with words", check_arguments},
      Check{"operations",
            2,
            Needs::Module,
            "it opens what its manifest names, and nothing unheard "
            "of",
            check_operations},

      Check{"actions", 3, Needs::Module, "its actions are such as a host can take", check_actions},
      Check{"rest", 3, Needs::Module, "it comes to rest, and waits for what can come", check_rest},
      Check{"turns", 3, Needs::Module, "it takes no input before it was idle", check_turns},
      Check{"end", 3, Needs::Module, "it stays ended, and ignores what still comes", check_end},
      Check{"close", 3, Needs::Module, "it can be closed after every step", check_close},
      Check{"cancel",
            3,
            Needs::Module,
            "it ends in one round when it is cancelled, at any step",
            check_cancel},
      Check{"leaks", 3, Needs::Module, "it gives all memory back", check_leaks},
      Check{"two_sessions", 3, Needs::Module, "sessions do not see each other", check_two_sessions},
      Check{"threads",
            3,
            Needs::Module,
            "a session may move between threads, several run at once",
            check_threads},
      Check{"questions", 3, Needs::Module, "it survives any question", check_questions},

      Check{"cassettes",
            4,
            Needs::Module,
            "each cassette gives its expected transcript",
            check_cassettes},
      Check{"http_errors",
            4,
            Needs::Module,
            "an error status ends as a typed failure with words",
            check_http_errors},
      Check{"false_alarms",
            4,
            Needs::Module,
            "a proxy's page is not taken for the provider's word",
            check_false_alarms},
      Check{"hostile_bodies", 4, Needs::Module, "it survives any body", check_hostile_bodies},
      Check{"large_bodies",
            4,
            Needs::Module,
            "its memory is bounded, whatever the provider sends",
            check_large_bodies},
      Check{"lost_connections",
            4,
            Needs::Module,
            "a lost connection is a failure",
            check_lost_connections},

      Check{"chunks", 5, Needs::Module, "it does not matter how an answer is cut", check_chunks},
      Check{"borrowed", 5, Needs::Module, "it keeps no pointer to an input", check_borrowed},
      Check{"truncation",
            5,
            Needs::Module,
            "half an answer is not taken for a whole one",
            check_truncation},
      Check{"determinism",
            5,
            Needs::Module,
            "the same inputs give the same answer",
            check_determinism},
      Check{"older_host", 5, Needs::Module, "it reads no struct beyond its size", check_older_host},
      Check{"newer_host", 5, Needs::Module, "it ignores what it does not know", check_newer_host},

      Check{"requests",
            6,
            Needs::Module,
            "its requests go where its manifest says, with headers "
            "of its own",
            check_requests},
      Check{"injection",
            6,
            Needs::Module,
            "no question can change where a request goes",
            check_injection},
      Check{"canary",
            6,
            Needs::Module,
            "a secret nearby appears in nothing that it says",
            check_canary},
      Check{"system_calls",
            6,
            Needs::Module,
            "a session asks the kernel for memory alone",
            check_system_calls},

      Check{"fuzz", 7, Needs::AllBelow, "it survives answers that are nearly right", check_fuzz},
  };
  return checks;
}

}  // namespace patchbay::check
