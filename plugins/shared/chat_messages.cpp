#include "plugins/shared/chat_messages.hpp"

#include "plugins/shared/refusal.hpp"
#include <patchbay/retry_after.hpp>

#include <algorithm>
#include <utility>

namespace shared {
namespace {

using patchbay::JsonBody;
using patchbay::Request;
using patchbay::to_view;

constexpr std::uint64_t image_count_max = 100;

const char* role_name(const patchbay_message& message) {
  if (message.role == PATCHBAY_ROLE_SYSTEM) return "system";
  return message.role == PATCHBAY_ROLE_ASSISTANT ? "assistant" : "user";
}

std::string text_of(const patchbay_message& message) {
  std::string text;
  for (const patchbay_input_part* part : patchbay::parts_of(message))
    if (part->kind == PATCHBAY_PART_TEXT) text += to_view(part->text);
  return text;
}

std::vector<std::uint32_t> images_of(const patchbay_message& message) {
  std::vector<std::uint32_t> images;
  for (const patchbay_input_part* part : patchbay::parts_of(message))
    if (part->kind == PATCHBAY_PART_IMAGE) images.push_back(part->blob_index);
  return images;
}

void write_text_part(JsonBody& json, std::string_view text) {
  json.open_object().key("type").string("text").key("text").string(text).close_object();
}

void write_message(JsonBody& json,
                   const Request& request,
                   const patchbay_message& message,
                   const std::vector<std::uint32_t>& images_before) {
  json.open_object().key("role").string(role_name(message)).key("content");
  const bool shows_images =
      message.role == PATCHBAY_ROLE_USER && (!images_before.empty() || !images_of(message).empty());
  if (!shows_images) {
    json.string(text_of(message)).close_object();
    return;
  }
  json.open_array();
  for (const std::uint32_t index : images_before) write_image_part(json, request, index);
  for (const patchbay_input_part* part : patchbay::parts_of(message)) {
    if (part->kind == PATCHBAY_PART_TEXT) write_text_part(json, to_view(part->text));
    if (part->kind == PATCHBAY_PART_IMAGE) write_image_part(json, request, part->blob_index);
  }
  json.close_array().close_object();
}

}  // namespace

void write_image_part(JsonBody& json, const Request& request, std::uint32_t index) {
  json.open_object().key("type").string("image_url").key("image_url").open_object();
  json.key("url").blob_data_url(to_view(request.blob(index).mime), index);
  json.close_object().close_object();
}

void write_messages(JsonBody& json, const Request& request) {
  std::vector<std::uint32_t> drawn;
  json.key("messages").open_array();
  for (const patchbay_message* message : request.messages()) {
    if (message->part_count == 0) continue;
    if (message->role == PATCHBAY_ROLE_ASSISTANT) {
      const std::vector<std::uint32_t> images = images_of(*message);
      drawn.insert(drawn.end(), images.begin(), images.end());
      if (text_of(*message).empty()) continue;
    }
    const bool shows_drawn = message->role == PATCHBAY_ROLE_USER;
    write_message(json,
                  request,
                  *message,
                  shows_drawn ? std::exchange(drawn, {}) : std::vector<std::uint32_t>());
  }
  json.close_array();
}

OnePrompt one_prompt_of(const Request& request) {
  OnePrompt prompt;
  std::string system;
  bool is_user_turn = false;  // the message before was the user's
  for (const patchbay_message* message : request.messages()) {
    if (message->role == PATCHBAY_ROLE_SYSTEM) {
      system += text_of(*message) + "\n\n";
      continue;
    }
    // A turn begins with the answer that the user speaks of, or with the user.
    if (message->role == PATCHBAY_ROLE_ASSISTANT || is_user_turn) prompt.images.clear();
    const std::vector<std::uint32_t> images = images_of(*message);
    prompt.images.insert(prompt.images.end(), images.begin(), images.end());
    is_user_turn = message->role == PATCHBAY_ROLE_USER;
    if (is_user_turn) prompt.text = text_of(*message);
  }
  prompt.text = system + prompt.text;
  return prompt;
}

void check_messages(const Request& request) {
  bool says_something = false;
  for (const patchbay_message* message : request.messages()) {
    for (const patchbay_input_part* part : patchbay::parts_of(*message)) {
      const bool text = part->kind == PATCHBAY_PART_TEXT;
      if (message->role != PATCHBAY_ROLE_SYSTEM)
        says_something = says_something || !text || part->text.len > 0;
      if (part->kind == PATCHBAY_PART_IMAGE && request.blob(part->blob_index).mime.len == 0)
        refuse_request("an input is not in an image format");
    }
  }
  if (!says_something) refuse_request("the prompt is empty");
  if (request.model().empty()) refuse_request("the request names no model");
}

std::uint64_t count_images(const Request& request) {
  std::uint64_t images = 0;
  for (const patchbay_message* message : request.messages()) images += images_of(*message).size();
  return images;
}

std::uint64_t image_count_of(const Request& request) {
  const std::string_view text = request.param("count");
  std::uint64_t count = 1;
  if (text.empty()) return count;
  if (!patchbay::read_decimal(text, count) || count == 0 || count > image_count_max)
    refuse_request("count must be a whole number from 1 to " + std::to_string(image_count_max));
  return count;
}

}  // namespace shared
