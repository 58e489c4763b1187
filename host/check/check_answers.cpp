// Level 4: what the provider answers, in order or not.
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/check/checks.hpp"
#include "host/check/heap.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::check {
namespace {

const Pairs json_headers{{"content-type", "application/json"}};
const Pairs html_headers{{"content-type", "text/html"}};
constexpr std::string_view html_page =
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>401 Authorization "
    "Required</h1><p>invalid api key, quota exceeded, model not found</p></body></html>\n";
constexpr std::array<std::uint32_t, 16> error_statuses{
    400, 401, 402, 403, 404, 405, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529};
constexpr unsigned retries_max = 16;  // that a session may make by itself

std::string status_and(const Question& question, const Subject& subject, const Reply& reply) {
  return subject.name_of(question) + ", answered " + std::to_string(reply.status) + " " +
         printable(shortened(reply.body, 60));
}

std::string complaint_about_error(const Transcript& seen) {
  if (seen.ending == Ending::Done) return "it takes that for success";
  if (seen.ending == Ending::None) return "it asks again and again";
  if (seen.ending == Ending::Broken) return {};  // another check's business
  const SeenFailure& failure = seen.failure;
  if (failure.category < PATCHBAY_ERR_AUTH_INVALID || failure.category > PATCHBAY_ERR_CANCELLED)
    return "it fails with the unknown category " + std::to_string(failure.category);
  if (failure.category == PATCHBAY_ERR_PLUGIN)
    return "it failed itself: " + printable(shortened(failure.message, 200));
  return failure.message.empty() ? "it fails without a word" : "";
}

std::vector<Reply> error_replies(std::uint32_t status) {
  return {{status, json_headers, R"({"error": {"message": "it went wrong", "code": "wrong"}})"},
          {status, json_headers, R"({"error": "it went wrong"})"},
          {status, html_headers, std::string(html_page)},
          {status, {}, ""}};
}

// Every question, answered with every error; what is wrong with the first that is.
template <typename Look>
Finding at_every_error(Subject& subject, Look look) {
  Play how;
  how.repeats_max = retries_max;
  for (const Question& question : subject.questions()) {
    if (!asks_a_provider(subject, question)) continue;
    for (const std::uint32_t status : error_statuses)
      for (const Reply& reply : error_replies(status)) {
        const std::string where = status_and(question, subject, reply);
        subject.about_to(where);
        const Transcript seen = play(subject.loaded(), question, {reply}, how);
        const std::string complaint = look(reply, seen);
        if (!complaint.empty()) return failed(where + ": " + complaint);
      }
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> hostile_bodies() {
  constexpr std::size_t deep = 100'000;
  std::vector<std::pair<std::string, std::string>> out{
      {"nothing", ""},
      {"a page", std::string(html_page)},
      {"null", "null"},
      {"a number", "1e999"},
      {"an empty list", "[]"},
      {"half a text", "{\"data\": [{\"b64_json\": \"QUJD"},
      {"broken JSON", "{\"a\": tru}, \"b\"]"},
      {"two documents", "{}{}"},
      {"a NUL byte", std::string("{\"a\": \"\0\"}", 10)},
      {"text that is not UTF-8", "{\"error\": {\"message\": \"\xff\xfe\xc0\x80\"}}"},
      {"half a surrogate", R"({"error": {"message": "\ud800"}})"},
      {"a byte order mark", "\xef\xbb\xbf{}"},
      {"deep lists", std::string(deep, '[')},
      {"deep objects", {}},
      {"a text of 4 MiB", "{\"text\": \"" + std::string(std::size_t{4} << 20U, 'a') + "\"}"},
      {"a key of 1 MiB", "{\"" + std::string(std::size_t{1} << 20U, 'k') + "\": 1}"},
      {"a number of 64 KiB", "{\"n\": " + std::string(std::size_t{64} << 10U, '9') + "}"},
      {"events", "data: {\"a\": 1}\n\ndata: [DONE]\n\n"},
      {"an event without end", "data: {\"choices\": [{\"delta\": {\"content\": \"a"},
      {"lines without end", std::string(std::size_t{1} << 20U, '\n')},
      {"zeros", std::string(4096, '\0')}};
  std::string& objects = out[13].second;
  for (std::size_t i = 0; i < deep; ++i) objects += "{\"a\":";
  return out;
}

// The longest run of letters in an answer, as long as asked: an image or a text that does not end.
std::string stretched(const std::string& body, std::size_t size) {
  std::size_t best = 0;
  std::size_t best_size = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= body.size(); ++i) {
    const bool letter = i < body.size() && std::isalnum(static_cast<unsigned char>(body[i])) != 0;
    if (letter) continue;
    if (i - start > best_size) {
      best = start;
      best_size = i - start;
    }
    start = i + 1;
  }
  if (best_size == 0) return body + std::string(size, 'a');
  const std::size_t middle = best + (best_size / 2);
  return body.substr(0, middle) + std::string(size & ~std::size_t{3}, body[middle]) +
         body.substr(middle);
}

}  // namespace

Finding check_cassettes(Subject& subject) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  std::string unexpected;
  std::size_t recorded = 0;
  std::size_t asking = 0;
  for (const Scene& scene : scenes.value()) {
    subject.about_to("play " + scene.name);
    const Transcript transcript = played(subject, scene);
    if (!transcript.requests.empty()) ++asking;
    if (scene.expected_path.empty()) continue;
    ++recorded;
    const auto expected = read_file(scene.expected_path, cassette_size_max);
    if (!expected.ok()) {
      unexpected = scene.expected_path.filename().string();
      continue;
    }
    const std::string seen = transcript.text();
    if (seen != expected.value())
      return failed(scene.name + ": " + difference(expected.value(), seen));
  }
  if (recorded == 0 && asking > 0) return skipped("no cassettes were given");
  if (!unexpected.empty())
    return {Verdict::Warn, "there is no " + unexpected + ": --expect writes what is missing"};
  return {Verdict::Pass, std::to_string(recorded) + " cassettes"};
}

Finding write_expected(Subject& subject) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  std::vector<std::string> written;
  for (const Scene& scene : scenes.value()) {
    std::error_code failure;
    if (scene.expected_path.empty() || std::filesystem::exists(scene.expected_path, failure))
      continue;
    subject.about_to("play " + scene.name);
    const std::string text = played(subject, scene).text();
    constexpr mode_t mode = 0644;
    const Status status = write_file(scene.expected_path, text, mode, IfExists::Fail);
    if (!status.ok()) return failed(status.error().message);
    written.push_back(scene.expected_path.filename().string());
  }
  return {Verdict::Pass, joined(written, ", ")};
}

Finding check_http_errors(Subject& subject) {
  return at_every_error(
      subject, [](const Reply&, const Transcript& seen) { return complaint_about_error(seen); });
}

Finding check_false_alarms(Subject& subject) {
  return at_every_error(subject, [](const Reply& reply, const Transcript& seen) -> std::string {
    const bool foreign = reply.body.empty() || reply.headers == html_headers;
    if (!foreign || seen.ending != Ending::Failed) return {};
    if (seen.failure.understood != 0) return "it says that it understood this";
    const bool alarms = seen.failure.category == PATCHBAY_ERR_AUTH_INVALID;
    return alarms ? "it blames the key" : "";
  });
}

Finding check_hostile_bodies(Subject& subject) {
  for (const Question& question : subject.questions()) {
    if (!asks_a_provider(subject, question)) continue;
    for (const auto& [what, body] : hostile_bodies())
      for (const char* const type : {"application/json", "text/event-stream", "image/png"}) {
        const std::string where = subject.name_of(question) + ", answered " + what + " as " + type;
        subject.about_to(where);
        Play how;
        how.repeats_max = retries_max;
        const Transcript seen =
            play(subject.loaded(), question, {{200, {{"content-type", type}}, body}}, how);
        const bool failed_itself =
            seen.ending == Ending::Failed && seen.failure.category == PATCHBAY_ERR_PLUGIN;
        if (failed_itself || (seen.ending == Ending::Broken && seen.violations.empty()))
          return failed(where +
                        ": it failed itself: " + printable(shortened(seen.failure.message, 200)));
      }
  }
  return {};
}

Finding check_large_bodies(Subject& subject) {
  if (!heap_is_countable()) return skipped("the heap of a build with sanitizers is not counted");
  constexpr std::size_t body_size = std::size_t{48} << 20U;
  constexpr std::uint64_t memory_max = std::uint64_t{12} << 20U;
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  std::set<std::pair<std::uint32_t, std::uint32_t>> tried;
  for (const Scene& scene : scenes.value()) {
    const auto question = std::pair(scene.question.adapter, scene.question.operation);
    if (scene.replies.size() != 1 || scene.replies[0].status != 200) continue;
    if (!tried.insert(question).second) continue;
    subject.about_to("answer " + scene.name + " with 48 MiB");
    std::vector<Reply> replies = scene.replies;
    replies[0].body = stretched(replies[0].body, body_size);
    std::uint64_t most = 0;
    Play how;
    how.chunk_size = [] { return std::size_t{64} << 10U; };
    how.part_data = PartData::Dropped;
    how.after_input = [&most] { most = std::max(most, heap_in_use()); };
    const std::uint64_t before = heap_in_use();
    (void)play(subject.loaded(), scene.question, replies, how);
    if (most > before + memory_max)
      return failed(scene.name + ": it held " + std::to_string((most - before) >> 20U) + " MiB" +
                    " of an answer of 48");
  }
  return {};
}

Finding check_lost_connections(Subject& subject) {
  constexpr std::size_t cuts_max = 60;  // of one scene
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  for (const Scene& scene : scenes.value()) {
    if (!settled(subject, scene)) continue;
    const Transcript whole = played(subject, scene);
    if (whole.replies_taken != scene.replies.size() || scene.replies.empty()) continue;
    const std::size_t size = scene.replies.back().body.size();
    const std::size_t stride = std::max<std::size_t>(1, size / cuts_max);
    for (std::size_t limit = 0; limit <= size; limit += stride) {
      const std::string where =
          "lose the connection after byte " + std::to_string(limit) + " of " + scene.name;
      subject.about_to(where);
      Play how;
      how.cut = Cut::ConnectionLost;
      how.limit = limit;
      const Transcript seen = play(subject.loaded(), scene.question, scene.replies, how);
      // What ended before its connection did is over.
      const bool taken_for_the_end =
          seen.ending == Ending::Done && whole.ending == Ending::Done && limit < size;
      if (taken_for_the_end) return failed(where + ": it takes that for the end");
      if (seen.ending == Ending::Broken) return failed(where + ": it does not take it in");
    }
  }
  return {};
}

}  // namespace patchbay::check
