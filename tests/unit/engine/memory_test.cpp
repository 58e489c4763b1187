// What one image costs in memory: engine, adapter and sink together stay below 1 MiB, whatever its
// size. Every allocation of this process is counted, those of the scripted client included.
#include "core/media/base64_encoder.hpp"
#include "core/media/encode.hpp"
#include "host/engine/file_sink.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/engine/engine_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <dlfcn.h>
#include <malloc.h>
#include <new>

namespace {

// Signed: what a library allocated by itself may be freed here, so the count may go below zero.
std::atomic<std::ptrdiff_t> heap_now{0};
std::atomic<std::ptrdiff_t> heap_peak{0};

std::ptrdiff_t size_of(void* pointer) {
  return static_cast<std::ptrdiff_t>(malloc_usable_size(pointer));
}

void count_new(void* pointer) {
  const std::ptrdiff_t now = heap_now += size_of(pointer);
  std::ptrdiff_t peak = heap_peak;
  while (now > peak && !heap_peak.compare_exchange_weak(peak, now)) {
  }
}

}  // namespace

extern "C" {
// The linker sends this program's own calls of malloc and its kin here; see CMakeLists.txt.
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* pointer, std::size_t size);
void __real_free(void* pointer);

void* __wrap_malloc(std::size_t size) {
  void* pointer = __real_malloc(size);
  count_new(pointer);
  return pointer;
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  void* pointer = __real_calloc(count, size);
  count_new(pointer);
  return pointer;
}
void* __wrap_realloc(void* pointer, std::size_t size) {
  heap_now -= size_of(pointer);
  void* moved = __real_realloc(pointer, size);
  count_new(moved);
  return moved;
}
void __wrap_free(void* pointer) {
  heap_now -= size_of(pointer);
  __real_free(pointer);
}
}

void* operator new(std::size_t size) {
  if (void* pointer = std::malloc(size)) return pointer;
  throw std::bad_alloc();
}
void operator delete(void* pointer) noexcept {
  std::free(pointer);
}
void operator delete(void* pointer, std::size_t) noexcept {
  std::free(pointer);
}

namespace patchbay::testing {
namespace {

constexpr std::ptrdiff_t heap_limit = std::ptrdiff_t{1} << 20U;
constexpr std::ptrdiff_t heap_kept_max = std::ptrdiff_t{32} << 10U;  // what the fixture remembers
constexpr std::size_t piece_size = std::size_t{64} << 10U;  // what a connection gives at once

enum class Slashes : std::uint8_t { Plain, Escaped };

std::string encoded_picture(std::uint64_t size_bytes, Slashes slashes) {
  media::PictureOptions options;
  options.size_bytes = size_bytes;
  auto picture = media::make_picture(options);
  EXPECT_TRUE(picture.ok());
  const std::string& bytes = picture.value();
  std::string text(media::base64_size(bytes.size()), '\0');
  media::base64_encode(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()),
                       text);
  if (slashes == Slashes::Plain) return text;
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 32);
  for (const char c : text) {
    if (c == '/') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// An adapter that passes the whole body on as the base64 of one image.
void pass_base64_through(ScriptedSession& session, const patchbay_input& input) {
  PartOptions options;
  options.encoding = PATCHBAY_ENCODING_BASE64;
  options.flags = 0;
  session.awaited = 1;
  if (input.kind == PATCHBAY_IN_START) session.http(1, "/images");
  if (input.kind == PATCHBAY_IN_HTTP_HEAD) {
    options.flags = PATCHBAY_PART_FIRST;
    session.part(std::string_view(), options);
  }
  if (input.kind == PATCHBAY_IN_HTTP_DATA) {
    const auto& bytes = *static_cast<const patchbay_bytes*>(input.payload);
    session.part(std::span(bytes.ptr, bytes.len), options);
  }
  if (input.kind == PATCHBAY_IN_HTTP_END) {
    options.flags = PATCHBAY_PART_LAST;
    session.part(std::string_view(), options);
    session.done();
  }
}

class MemoryTest : public EngineTest {
 protected:
  // The disk decides how long 64 MiB take, and this is not about time.
  MemoryTest() { deadline_ = std::chrono::minutes(5); }

  // The peak of the heap above where it stood before, for one attempt from start to commit.
  std::ptrdiff_t peak_for(std::uint64_t size_bytes, Slashes slashes) {
    script(pass_base64_through);
    return peak_of_answer(size_bytes, encoded_picture(size_bytes, slashes));
  }

  std::ptrdiff_t peak_of_answer(std::uint64_t size_bytes, const std::string& text) {
    std::size_t offset = 0;
    bool head_sent = false;
    scripted_client_.answer_from([&text, offset, head_sent]() mutable {
      if (!std::exchange(head_sent, true)) return Step::head(200);
      if (offset == text.size()) return Step::end();
      std::string piece = text.substr(offset, piece_size);
      offset += piece.size();
      return Step::bytes(std::move(piece));
    });
    host::ImageFileOptions options;
    options.file = directory_ / "image.png";
    options.if_exists = IfExists::Replace;

    const std::ptrdiff_t before = heap_now;
    heap_peak = before;
    auto sink = host::ImageFileSink::create(options);
    EXPECT_TRUE(sink.ok());
    used_sink_ = sink.value().get();
    const host::AttemptOutcome outcome = run();
    EXPECT_TRUE(outcome.ok()) << outcome.failure->message;
    EXPECT_TRUE(sink.value()->commit().ok());
    const std::ptrdiff_t peak = heap_peak - before;
    EXPECT_GE(std::filesystem::file_size(options.file), size_bytes);
    attempt_.reset();
    used_sink_ = &sink_;
    sink.value().reset();
    // A count that drifts would make the peak worthless.
    EXPECT_LT(std::abs(heap_now - before), heap_kept_max);
    EXPECT_GT(peak, 0);
    return peak;
  }

  TempDir directory_;
};

TEST_F(MemoryTest, CountsWhatIsAllocated) {
  const std::ptrdiff_t before = heap_now;
  heap_peak = before;
  {
    const std::string some(1'000'000, 'x');
  }
  EXPECT_GE(heap_peak - before, 1'000'000);
  EXPECT_LT(std::abs(heap_now - before), 1'000);
}

TEST_F(MemoryTest, ImageOfAnySizeCostsLessThanOneMebibyte) {
  for (const Slashes slashes : {Slashes::Plain, Slashes::Escaped}) {
    const std::ptrdiff_t small = peak_for(std::uint64_t{1} << 20U, slashes);
    for (const std::uint64_t size : {std::uint64_t{20} << 20U, std::uint64_t{64} << 20U}) {
      const std::ptrdiff_t peak = peak_for(size, slashes);
      EXPECT_LT(peak, heap_limit) << size;
      EXPECT_LT(peak, small + 65'536) << "it grows with the image: " << size;
      RecordProperty("peak_heap_" + std::to_string(size), std::to_string(peak));
    }
  }
}

// The adapter that ships, as it is loaded: its heap counts, too.
TEST_F(MemoryTest, SoDoesTheAdapterThatReadsTheAnswer) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer's allocator stands between the plugin and the counter";
#endif
  void* library = dlopen(PATCHBAY_ADAPTER_FILE, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  module_ = reinterpret_cast<const patchbay_module* (*)()>(dlsym(library, "patchbay_plugin_v1"))();
  host::MessagePart prompt;
  prompt.text = "a banana";
  request_.messages = {host::Message{host::Role::User, {prompt}}};
  for (const Slashes slashes : {Slashes::Plain, Slashes::Escaped}) {
    for (const std::uint64_t mebibytes : {1U, 20U, 64U}) {
      const std::uint64_t size = mebibytes << 20U;
      const std::string answer =
          R"({"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":")" +
          encoded_picture(size, slashes) + R"("}}]},"finishReason":"STOP"}]})";
      const std::ptrdiff_t peak = peak_of_answer(size, answer);
      EXPECT_LT(peak, heap_limit) << size;
      const std::string how = slashes == Slashes::Plain ? "plain_" : "escaped_";
      RecordProperty("adapter_peak_" + how + std::to_string(mebibytes), std::to_string(peak));
    }
  }
}

}  // namespace
}  // namespace patchbay::testing
