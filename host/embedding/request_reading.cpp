#include "host/embedding/request_reading.hpp"

#include "host/embedding/error.hpp"
#include "host/embedding/reader_blob.hpp"
#include "host/engine/file_blob.hpp"
#include "host/parameters.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::embedding {
namespace {

using Blob = std::shared_ptr<const host::Blob>;

constexpr std::uint64_t deadline_max_ms = std::uint64_t{7} * 24 * 3600 * 1000;

// Where reading stops early, those that were not reached are released too.
class Inputs {
 public:
  explicit Inputs(const patchbay_run_options& options) : options_(options) {}
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;
  ~Inputs() {
    for (; next_ < options_.input_count; ++next_) {
      const auto input = copied(options_.inputs[next_]);
      if (input.source == PATCHBAY_INPUT_READER && input.release != nullptr)
        input.release(input.user);
    }
  }

  [[nodiscard]] Result<std::vector<Blob>> open() {
    std::vector<Blob> blobs;
    if (options_.input_count > host::inputs_max) {
      return Error{ErrorCode::BadInput,
                   "a request takes " + std::to_string(host::inputs_max) + " inputs at most"};
    }
    while (next_ < options_.input_count)
      blobs.push_back(PATCHBAY_TRY(opened(copied(options_.inputs[next_++]))));
    return blobs;
  }

 private:
  [[nodiscard]] static Result<Blob> opened(const patchbay_run_input& input) {
    const bool is_image = input.content == PATCHBAY_INPUT_IMAGE;
    if (!is_image && input.content != PATCHBAY_INPUT_STATE)
      return usage_error("an input is an image or state");
    switch (input.source) {
      case PATCHBAY_INPUT_FILE:
        if (!is_image) return usage_error("state comes from memory or a reader");
        return Blob(PATCHBAY_TRY(host::FileBlob::open_image(text_of(input.file))));
      case PATCHBAY_INPUT_MEMORY: return in_memory(input, is_image);
      case PATCHBAY_INPUT_READER: return ReaderBlob::open(input);
      default: return usage_error("an input comes from a file, from memory or from a reader");
    }
  }

  [[nodiscard]] static Result<Blob> in_memory(const patchbay_run_input& input, bool is_image) {
    if (input.bytes == nullptr) return usage_error("an input in memory is NULL");
    std::string bytes(static_cast<const char*>(input.bytes), input.size);
    if (!is_image) return Blob(std::make_shared<host::MemoryBlob>(std::move(bytes)));
    return Blob(PATCHBAY_TRY(host::MemoryBlob::of_image(std::move(bytes))));
  }

  const patchbay_run_options& options_;
  std::uint64_t next_ = 0;
};

host::MessagePart part_of(const Blob& blob, std::size_t index) {
  const bool is_image = !blob->mime.empty();
  return {is_image ? host::PartKind::Image : host::PartKind::State, {}, index};
}

Result<host::MessagePart> read_piece(const patchbay_run_piece& piece,
                                     const host::Request& request) {
  if (piece.text != nullptr) {
    PATCHBAY_TRY(host::check_prompt(piece.text));
    return host::MessagePart{host::PartKind::Text, piece.text, 0};
  }
  if (piece.input >= request.blobs.size())
    return usage_error("a message names input " + std::to_string(piece.input) +
                       ", which is not there");
  return part_of(request.blobs[piece.input], piece.input);
}

Result<host::Message> read_message(const patchbay_run_message& given,
                                   const host::Request& request) {
  host::Message message;
  if (given.role < PATCHBAY_RUN_SYSTEM || given.role > PATCHBAY_RUN_ASSISTANT)
    return usage_error("a message is the system's, the user's or the assistant's");
  message.role = static_cast<host::Role>(given.role);
  for (std::uint64_t i = 0; i < given.piece_count; ++i)
    message.parts.push_back(PATCHBAY_TRY(read_piece(given.pieces[i], request)));
  return message;
}

Status read_messages(const patchbay_run_options& options, host::Request& request) {
  const bool has_prompt = options.prompt != nullptr || options.system != nullptr;
  if (options.message_count == 0) {
    if (options.system != nullptr) {
      PATCHBAY_TRY(host::check_prompt(options.system));
      request.messages.push_back({host::Role::System, {{host::PartKind::Text, options.system, 0}}});
    }
    PATCHBAY_TRY(host::check_prompt(text_of(options.prompt)));
    host::Message message{host::Role::User, {{host::PartKind::Text, options.prompt, 0}}};
    for (std::size_t i = 0; i < request.blobs.size(); ++i)
      message.parts.push_back(part_of(request.blobs[i], i));
    request.messages.push_back(std::move(message));
    return {};
  }
  if (has_prompt) return usage_error("give either a prompt or messages");
  if (options.message_count > run_messages_max)
    return Error{ErrorCode::BadInput,
                 "a request takes " + std::to_string(run_messages_max) + " messages at most"};
  for (std::uint64_t i = 0; i < options.message_count; ++i)
    request.messages.push_back(PATCHBAY_TRY(read_message(options.messages[i], request)));
  return {};
}

Status read_params(const patchbay_run_options& options, host::Request& request) {
  if (options.param_count > run_params_max)
    return Error{ErrorCode::BadInput,
                 "a request takes " + std::to_string(run_params_max) + " parameters at most"};
  for (std::uint64_t i = 0; i < options.param_count; ++i) {
    const patchbay_run_pair& pair = options.params[i];
    if (!is_given(pair.name) || pair.value == nullptr)
      return usage_error("a parameter has a name and a value");
    request.params.emplace_back(pair.name, pair.value);
  }
  return {};
}

}  // namespace

Result<host::Request> read_request(const patchbay_run_options& options) {
  Inputs inputs(options);
  if (options.operation < PATCHBAY_RUN_IMAGE || options.operation > PATCHBAY_RUN_VERIFY)
    return usage_error("a run is for an image, chat, models or verify");
  host::Request request;
  request.operation = static_cast<host::Operation>(options.operation);
  request.provider = text_of(options.provider);
  request.model = text_of(options.model);
  request.environment = text_of(options.environment);
  request.user = text_of(options.user);
  if (options.deadline_ms > 0) {
    request.deadline = std::chrono::milliseconds(std::min(options.deadline_ms, deadline_max_ms));
  }
  request.blobs = PATCHBAY_TRY(inputs.open());
  const bool has_words =
      request.operation == host::Operation::Image || request.operation == host::Operation::Chat;
  if (has_words) PATCHBAY_TRY(read_messages(options, request));
  PATCHBAY_TRY(read_params(options, request));
  if (request.operation == host::Operation::Chat) request.params.emplace_back("stream", "1");
  return request;
}

}  // namespace patchbay::embedding
