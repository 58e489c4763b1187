// Level 2: loading it, and what it says of itself.
#include "core/base/text.hpp"
#include "host/check/checks.hpp"
#include "host/check/surroundings.hpp"
#include <patchbay/scalars.hpp>

#include <chrono>
#include <cstring>
#include <dlfcn.h>

namespace patchbay::check {
namespace {

constexpr std::chrono::milliseconds load_time_max{100};

void ignore_log(void*, std::int32_t, patchbay_str) noexcept {}
const void* no_extension(void*, const char*) noexcept {
  return nullptr;
}
const patchbay_host quiet_host = {
    sizeof quiet_host, PATCHBAY_ABI_MINOR, nullptr, ignore_log, no_extension};

// Which of the wrong calls of open() is tried, and whether it was refused as it should be.
struct Refusal {
  const char* what;
  patchbay_status status;
  const patchbay_session* session;  // where it pointed before
  const patchbay_err& err;
};

std::string complaint_about(const Refusal& refusal, const patchbay_session* session) {
  const std::string open = std::string("open() with ") + refusal.what;
  if (refusal.status == PATCHBAY_OK) return open + " is not refused";
  if (session != refusal.session) return open + " is refused, but wrote a session";
  if (std::memchr(refusal.err.message, '\0', sizeof refusal.err.message) == nullptr)
    return open + " is refused with words that do not end";
  return refusal.err.message[0] == '\0' ? open + " is refused without words" : "";
}

// One call of open() that cannot succeed; empty where it is refused properly.
std::string try_open(const patchbay_module& module,
                     const char* what,
                     std::uint32_t adapter,
                     const patchbay_request* request) {
  int tag = 0;
  auto* const untouched = reinterpret_cast<patchbay_session*>(&tag);
  patchbay_session* session = untouched;
  patchbay_err err{};
  err.struct_size = sizeof err;
  const patchbay_status status = module.open(adapter, &quiet_host, request, &session, &err);
  const std::string complaint = complaint_about({what, status, untouched, err}, session);
  if (status == PATCHBAY_OK && session != untouched) module.close(session);
  return complaint;
}

Finding try_null_arguments(const patchbay_module& module, const patchbay_request& request) {
  patchbay_err err{};
  err.struct_size = sizeof err;
  patchbay_session* session = nullptr;
  if (module.open(0, nullptr, &request, &session, &err) == PATCHBAY_OK)
    return failed("open() without a host is not refused");
  if (module.open(0, &quiet_host, nullptr, &session, &err) == PATCHBAY_OK)
    return failed("open() without a request is not refused");
  if (module.open(0, &quiet_host, &request, nullptr, &err) == PATCHBAY_OK)
    return failed("open() without a place for the session is not refused");
  if (module.feed(nullptr, nullptr, &err) == PATCHBAY_OK)
    return failed("feed() without a session is not refused");
  if (module.next(nullptr, nullptr, &err) == PATCHBAY_OK)
    return failed("next() without a session is not refused");
  module.close(nullptr);
  return {};
}

}  // namespace

Finding check_load(Subject& subject) {
  subject.about_to("load it");
  const auto start = std::chrono::steady_clock::now();
  const auto module = subject.module();
  const auto spent = std::chrono::steady_clock::now() - start;
  if (!module.ok()) return failed(module.error().message);
  if (spent <= load_time_max) return {};
  const auto spent_ms = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
  return {Verdict::Warn, "loading it took " + std::to_string(spent_ms) + " ms"};
}

Finding check_effects(Subject& subject) {
  const Surroundings before = Surroundings::now();
  subject.about_to("load it");
  if (const auto module = subject.module(); !module.ok()) return skipped(module.error().message);
  const std::string after_load = before.change_until(Surroundings::now());
  if (!after_load.empty()) return failed("loading it " + after_load);
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  for (const Scene& scene : scenes.value()) {
    subject.about_to("play " + scene.name);
    (void)play(subject.loaded(), scene.question, scene.replies);
  }
  const std::string after_play = before.change_until(Surroundings::now());
  return after_play.empty() ? Finding{} : failed("running it " + after_play);
}

Finding check_entry(Subject& subject) {
  void* const library = dlopen(subject.path().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return skipped("it cannot be loaded again");
  using Entry = const patchbay_module* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "patchbay_plugin_v1"));
  if (entry == nullptr) return failed("it has no entry point");
  const patchbay_module* const first = entry();
  const patchbay_module copy = *first;
  for (int i = 0; i < 3; ++i) {
    const patchbay_module* const again = entry();
    if (again != first) return failed("its entry point gives another module each time");
    if (std::memcmp(again, &copy, sizeof copy) != 0) return failed("its module changes");
  }
  return {};
}

Finding check_extensions(Subject& subject) {
  for (const char* const id : {"patchbay.nonsense/1", "com.example.unheard/7", "", "/", "a"}) {
    subject.about_to(std::string("ask for the extension '") + id + "'");
    if (subject.loaded().get_extension(id) != nullptr)
      return failed(std::string("it claims to have the extension '") + id + "'");
  }
  return {};
}

Finding check_arguments(Subject& subject) {
  const patchbay_module& module = subject.loaded();
  const std::vector<Question> questions = subject.questions();
  if (questions.empty()) return skipped("it has no operation");
  const RequestStorage storage(questions.front());
  const patchbay_request& request = storage.request();
  subject.about_to("open an adapter that is not there");
  for (const std::uint32_t adapter : {module.adapter_count, 0xFFFFFFFFU}) {
    const std::string complaint = try_open(module, "a wrong adapter", adapter, &request);
    if (!complaint.empty()) return failed(complaint);
  }
  subject.about_to("open it with a request that is too short");
  patchbay_request shorter = request;
  shorter.struct_size = 8;
  const std::string complaint =
      try_open(module, "a request that is too short", questions.front().adapter, &shorter);
  if (!complaint.empty()) return failed(complaint);
  subject.about_to("call it with null pointers");
  return try_null_arguments(module, request);
}

Finding check_operations(Subject& subject) {
  const patchbay_module& module = subject.loaded();
  for (Question question : subject.questions()) {
    const std::string name = subject.name_of(question);
    subject.about_to("open " + name);
    const Transcript seen = play(module, question, {});
    if (seen.ending == Ending::Broken && seen.violations.empty())
      return failed(name + " is not opened: " + printable(shortened(seen.failure.message, 200)));
    for (const std::uint32_t unheard : {0U, 77U, 0x80000001U}) {
      question.operation = unheard;
      const RequestStorage storage(question);
      const std::string complaint =
          try_open(module, "an unknown operation", question.adapter, &storage.request());
      if (!complaint.empty()) return failed(complaint);
    }
  }
  return {};
}

}  // namespace patchbay::check
