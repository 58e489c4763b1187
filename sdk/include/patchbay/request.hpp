// What the caller asks for, as an adapter reads it.
#pragma once

#include <patchbay/failure.hpp>
#include <patchbay/scalars.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace patchbay::inline v1 {

using MessageList = std::span<const patchbay_message* const>;
using PartList = std::span<const patchbay_input_part* const>;

[[nodiscard]] inline PartList parts_of(const patchbay_message& message) noexcept {
  return {message.parts, static_cast<std::size_t>(message.part_count)};
}

// A view; what it hands out lives as long as the session.
class Request {
 public:
  explicit Request(const patchbay_request& raw) noexcept : raw_(&raw) {}

  [[nodiscard]] const patchbay_request& raw() const noexcept { return *raw_; }
  [[nodiscard]] std::uint32_t operation() const noexcept { return raw_->operation; }
  [[nodiscard]] std::string_view model() const noexcept { return to_view(raw_->model); }
  [[nodiscard]] std::string_view auth_type() const noexcept { return to_view(raw_->auth_type); }
  [[nodiscard]] std::uint64_t random() const noexcept { return raw_->random; }

  // Empty where it is not given.
  [[nodiscard]] std::string_view param(std::string_view key) const noexcept {
    return find({raw_->params, static_cast<std::size_t>(raw_->param_count)}, key);
  }
  [[nodiscard]] std::string_view setting(std::string_view key) const noexcept {
    return find({raw_->settings, static_cast<std::size_t>(raw_->setting_count)}, key);
  }

  [[nodiscard]] MessageList messages() const noexcept {
    return {raw_->messages, static_cast<std::size_t>(raw_->message_count)};
  }
  [[nodiscard]] std::uint64_t blob_count() const noexcept { return raw_->blob_count; }
  [[nodiscard]] const patchbay_blob& blob(std::uint32_t index) const {
    if (index >= raw_->blob_count)
      throw Failed(PATCHBAY_ERR_PLUGIN, "a part names a blob that the request does not have");
    return *raw_->blobs[index];
  }

  // The text of what the user said last, for providers that take one prompt.
  [[nodiscard]] std::string prompt() const {
    std::string text;
    for (const patchbay_message* message : messages()) {
      if (message->role != PATCHBAY_ROLE_USER) continue;
      text.clear();
      for (const patchbay_input_part* part : parts_of(*message))
        if (part->kind == PATCHBAY_PART_TEXT) text += to_view(part->text);
    }
    return text;
  }

 private:
  [[nodiscard]] static std::string_view find(std::span<const patchbay_kv> pairs,
                                             std::string_view key) noexcept {
    for (const patchbay_kv& pair : pairs)
      if (to_view(pair.key) == key) return to_view(pair.value);
    return {};
  }

  const patchbay_request* raw_;
};

}  // namespace patchbay::inline v1
