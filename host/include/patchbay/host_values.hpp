// What goes in and out of a host, as values of C++20. Part of host.hpp; needs the standard library.
#pragma once

#include <patchbay/host.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace patchbay::embed {
inline namespace v0 {

struct Error {
  std::uint32_t code = PATCHBAY_CODE_INTERNAL;  // PATCHBAY_CODE_*
  std::string name;                             // "bad_input"
  std::string message;
  std::string hint;      // what to do next
  std::string provider;  // may be empty
  bool may_retry = false;

  [[nodiscard]] static Error copy_of(const patchbay_error& error) {
    return {patchbay_error_code(&error),
            patchbay_error_name(&error),
            patchbay_error_message(&error),
            patchbay_error_hint(&error),
            patchbay_error_provider(&error),
            patchbay_error_may_retry(&error) != 0};
  }
  // Frees the one that it is made of.
  [[nodiscard]] static Error taken_from(patchbay_error* error) {
    Error copy = copy_of(*error);
    patchbay_error_free(error);
    return copy;
  }
};

// A value or an Error. value() and error() require that the one is there which they give.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T value() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  // Takes what a function of host.h returned.
  [[nodiscard]] static Result of(patchbay_error* error) {
    return error == nullptr ? Result() : Result(Error::taken_from(error));
  }

  [[nodiscard]] bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};
using Status = Result<void>;

// ---- what is asked

enum class Operation : std::uint32_t {
  Image = PATCHBAY_RUN_IMAGE,
  Chat = PATCHBAY_RUN_CHAT,
  Models = PATCHBAY_RUN_MODELS,
  Verify = PATCHBAY_RUN_VERIFY,
};

enum class Content : std::uint32_t { Image = PATCHBAY_INPUT_IMAGE, State = PATCHBAY_INPUT_STATE };

// Fills the front of `out` with the bytes from `offset` on; the count, 0 at the end; nothing where
// it fails. See patchbay_reader for its thread.
using Reader =
    std::function<std::optional<std::size_t>(std::uint64_t offset, std::span<std::byte> out)>;

struct Input {
  Content content = Content::Image;
  std::string file;              // an image; or:
  std::vector<std::byte> bytes;  // or:
  Reader read;                   // of `size` bytes
  std::uint64_t size = 0;

  [[nodiscard]] static Input from_file(std::string path) {
    Input input;
    input.file = std::move(path);
    return input;
  }
  [[nodiscard]] static Input from_memory(std::vector<std::byte> bytes,
                                         Content content = Content::Image) {
    Input input;
    input.content = content;
    input.bytes = std::move(bytes);
    return input;
  }
  [[nodiscard]] static Input from_reader(std::uint64_t size, Reader read) {
    Input input;
    input.read = std::move(read);
    input.size = size;
    return input;
  }
};

enum class Role : std::uint64_t {
  System = PATCHBAY_RUN_SYSTEM,
  User = PATCHBAY_RUN_USER,
  Assistant = PATCHBAY_RUN_ASSISTANT,
};
// Words, or the number of an input.
using Piece = std::variant<std::string, std::size_t>;
struct Message {
  Role role = Role::User;
  std::vector<Piece> pieces;
};

enum class Output : std::uint32_t {
  Memory = PATCHBAY_OUTPUT_MEMORY,
  File = PATCHBAY_OUTPUT_FILE,
  Observer = PATCHBAY_OUTPUT_OBSERVER,
};
enum class IfExists : std::uint8_t { Fail, Replace };

// See patchbay_run_options; what is empty is not given.
struct Request {
  Operation operation = Operation::Image;
  std::string provider;
  std::string model;
  std::string environment;
  std::string user;
  std::string prompt;
  std::string system;
  std::vector<Message> messages;  // instead of both
  std::vector<Input> inputs;
  std::vector<std::pair<std::string, std::string>> params;
  std::chrono::milliseconds deadline{0};
  Output output = Output::Memory;  // of images
  std::string file;
  IfExists if_exists = IfExists::Fail;
  std::uint64_t memory_max = 0;
};

// ---- what came of it

struct Image {
  std::string mime;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint64_t size = 0;
  std::string sha256;
  std::string file;
  std::vector<std::byte> bytes;  // Output::Memory

  [[nodiscard]] static Image copy_of(const patchbay_run_image& image) {
    Image copy{image.mime, image.width, image.height, image.size, image.sha256, image.file, {}};
    if (image.bytes != nullptr) {
      const auto* begin = static_cast<const std::byte*>(image.bytes);
      copy.bytes.assign(begin, begin + image.size);
    }
    return copy;
  }
};

struct Usage {
  std::optional<std::uint64_t> input_tokens;
  std::optional<std::uint64_t> output_tokens;
  std::optional<std::uint64_t> total_tokens;
  std::optional<std::uint64_t> images;
  std::optional<std::uint64_t> cost_nano_usd;

  [[nodiscard]] static Usage copy_of(const patchbay_run_usage& usage) {
    const auto told = [&usage](std::uint32_t bit, std::uint64_t value) {
      return (usage.known & bit) != 0 ? std::optional(value) : std::nullopt;
    };
    return {told(PATCHBAY_KNOWN_INPUT_TOKENS, usage.input_tokens),
            told(PATCHBAY_KNOWN_OUTPUT_TOKENS, usage.output_tokens),
            told(PATCHBAY_KNOWN_TOTAL_TOKENS, usage.total_tokens),
            told(PATCHBAY_KNOWN_IMAGES, usage.images),
            told(PATCHBAY_KNOWN_COST, usage.cost_nano_usd)};
  }
};

struct Model {
  std::string id;
  std::string display_name;
  std::string description;
  bool draws = false;
  bool chats = false;
};

struct Answer {
  std::string provider;
  std::string model;
  std::string request_id;
  std::string attempt_id;
  std::string text;
  std::uint32_t attempt_count = 0;
  std::chrono::milliseconds duration{0};
  std::vector<Image> images;
  std::vector<Model> models;
  std::vector<std::vector<std::byte>> states;
  std::vector<std::pair<std::string, std::string>> meta;
  Usage usage;

  [[nodiscard]] static Answer copy_of(const patchbay_answer& answer) {
    Answer copy;
    copy.provider = answer.provider;
    copy.model = answer.model;
    copy.request_id = answer.request_id;
    copy.attempt_id = answer.attempt_id;
    copy.text = answer.text;
    copy.attempt_count = answer.attempt_count;
    copy.duration = std::chrono::milliseconds(answer.duration_ms);
    copy.usage = Usage::copy_of(*answer.usage);
    for (const auto* image : std::span(answer.images, answer.image_count))
      copy.images.push_back(Image::copy_of(*image));
    for (const auto* model : std::span(answer.models, answer.model_count)) {
      copy.models.push_back({model->id,
                             model->display_name,
                             model->description,
                             model->draws != 0,
                             model->chats != 0});
    }
    for (const auto& state : std::span(answer.states, answer.state_count)) {
      const auto* begin = static_cast<const std::byte*>(state.bytes);
      copy.states.emplace_back(begin, begin + state.size);
    }
    for (const auto& pair : std::span(answer.meta, answer.meta_count))
      copy.meta.emplace_back(pair.name, pair.value);
    return copy;
  }
};

// ---- who is told, all on the loop's thread; each may be empty. One that throws cancels its run.

struct Observer {
  std::function<void(std::chrono::milliseconds elapsed, std::uint64_t bytes_received)> on_progress;
  std::function<void(std::string_view piece)> on_text;
  // Output::Observer. The second tells how many it took; see Run::resume().
  std::function<void(const Image& image)> on_image_begin;
  std::function<std::size_t(std::span<const std::byte> bytes)> on_image_bytes;
  std::function<void(const Image& image)> on_image_end;
  std::function<void(const Usage& usage)> on_usage;
  std::function<void(const Result<Answer>& result)> on_done;
};

}  // namespace v0
}  // namespace patchbay::embed
