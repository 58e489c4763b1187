// A Request of host_values.hpp in the form of host.h. Part of host.hpp, and nobody else's.
#pragma once

#include <patchbay/host_values.hpp>

#include <memory>

namespace patchbay::embed {
inline namespace v0 {
namespace detail {

inline const char* or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

inline std::int64_t read_input(void* user,
                               std::uint64_t offset,
                               void* out,
                               std::uint64_t capacity) noexcept {
  try {
    const auto& read = *static_cast<Reader*>(user);
    const auto count = read(offset, {static_cast<std::byte*>(out), capacity});
    return count ? static_cast<std::int64_t>(*count) : -1;
  } catch (...) {
    return -1;
  }
}

inline void release_input(void* user) noexcept {
  const std::unique_ptr<Reader> owned(static_cast<Reader*>(user));
}

// Points into the request, which outlives it.
class GivenRequest {
 public:
  explicit GivenRequest(const Request& request) : options_(PATCHBAY_INIT(patchbay_run_options)) {
    options_.operation = static_cast<std::uint32_t>(request.operation);
    options_.output = static_cast<std::uint32_t>(request.output);
    options_.flags = request.if_exists == IfExists::Replace ? PATCHBAY_RUN_REPLACE_FILE : 0;
    options_.provider = or_null(request.provider);
    options_.model = or_null(request.model);
    options_.environment = or_null(request.environment);
    options_.user = or_null(request.user);
    options_.prompt = or_null(request.prompt);
    options_.system = or_null(request.system);
    options_.deadline_ms = static_cast<std::uint64_t>(request.deadline.count());
    options_.file = or_null(request.file);
    options_.memory_max = request.memory_max;
    for (const auto& [name, value] : request.params)
      params_.push_back({name.c_str(), value.c_str()});
    options_.params = params_.data();
    options_.param_count = params_.size();
    add_messages(request);
    add_inputs(request);
  }
  GivenRequest(const GivenRequest&) = delete;
  GivenRequest& operator=(const GivenRequest&) = delete;
  ~GivenRequest() = default;

  // Once: it hands the readers over.
  [[nodiscard]] const patchbay_run_options& give() {
    for (auto& reader : readers_) static_cast<void>(reader.release());
    return options_;
  }

 private:
  void add_messages(const Request& request) {
    pieces_.resize(request.messages.size());
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
      const Message& message = request.messages[i];
      for (const Piece& piece : message.pieces) {
        const auto* text = std::get_if<std::string>(&piece);
        pieces_[i].push_back(text != nullptr
                                 ? patchbay_run_piece{text->c_str(), 0}
                                 : patchbay_run_piece{nullptr, std::get<std::size_t>(piece)});
      }
      messages_.push_back(
          {static_cast<std::uint64_t>(message.role), pieces_[i].data(), pieces_[i].size()});
    }
    options_.messages = messages_.data();
    options_.message_count = messages_.size();
  }

  void add_inputs(const Request& request) {
    inputs_.reserve(request.inputs.size());
    for (const Input& given : request.inputs) {
      auto& input = inputs_.emplace_back(PATCHBAY_INIT(patchbay_run_input));
      input.content = static_cast<std::uint32_t>(given.content);
      if (!given.file.empty()) {
        input.file = given.file.c_str();
      } else if (given.read) {
        input.source = PATCHBAY_INPUT_READER;
        input.size = given.size;
        input.read = read_input;
        input.release = release_input;
        input.user = readers_.emplace_back(std::make_unique<Reader>(given.read)).get();
      } else {
        input.source = PATCHBAY_INPUT_MEMORY;
        input.bytes = given.bytes.data();
        input.size = given.bytes.size();
      }
      input_list_.push_back(&input);
    }
    options_.inputs = input_list_.data();
    options_.input_count = input_list_.size();
  }

  patchbay_run_options options_;
  std::vector<patchbay_run_pair> params_;
  std::vector<std::vector<patchbay_run_piece>> pieces_;
  std::vector<patchbay_run_message> messages_;
  std::vector<patchbay_run_input> inputs_;
  std::vector<const patchbay_run_input*> input_list_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

}  // namespace detail
}  // namespace v0
}  // namespace patchbay::embed
