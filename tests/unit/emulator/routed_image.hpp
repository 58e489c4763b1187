// The images in the answers of the routers, decoded; and requests for them.
#pragma once

#include "core/media/base64_encoder.hpp"
#include "core/media/encode.hpp"
#include "tests/unit/emulator/gemini_image.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace patchbay::emulator {

// "1024x1024 image/png", or what is wrong with it.
[[nodiscard]] inline std::string describe_base64(std::string_view base64) {
  const auto bytes = decode(base64);
  if (!bytes.ok()) return "bad base64";
  const auto image = media::scan_image(bytes.value());
  if (!image.ok()) return image.error().message;
  return std::to_string(image.value().width) + "x" + std::to_string(image.value().height) + " " +
         std::string(media::mime_of(image.value().format));
}

[[nodiscard]] inline std::string describe_data_url(std::string_view url) {
  const std::size_t comma = url.find(',');
  if (!url.starts_with("data:") || comma == std::string_view::npos) return "no data URL";
  const std::string found = describe_base64(url.substr(comma + 1));
  const std::string type(url.substr(5, url.find(';') - 5));
  return found.ends_with(type) ? found : found + ", said to be " + type;
}

// Of a message or a delta of chat completions.
[[nodiscard]] inline std::vector<std::string> describe_images(const json::Value& message) {
  std::vector<std::string> found;
  const json::Value images = at(message, "images");
  if (images.array() == nullptr) return found;
  for (const json::Value& image : *images.array())
    found.push_back(describe_data_url(text_at(image, "image_url.url")));
  return found;
}

// Of POST /images.
[[nodiscard]] inline std::vector<std::string> describe_data(const json::Value& document) {
  std::vector<std::string> found;
  const json::Value data = at(document, "data");
  if (data.array() == nullptr) return found;
  for (const json::Value& item : *data.array())
    found.push_back(describe_base64(item.text("b64_json")));
  return found;
}

[[nodiscard]] inline std::string png_data_url(std::uint32_t width, std::uint32_t height) {
  const std::string file = media::make_picture({.width = width, .height = height}).value();
  std::string text(media::base64_size(file.size()), '\0');
  media::base64_encode({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, text);
  return "data:image/png;base64," + text;
}

// A request with this text, and what else belongs into the document.
[[nodiscard]] inline std::string chat_body(std::string_view model,
                                           std::string_view text,
                                           std::string_view rest = {}) {
  return R"({"model":")" + std::string(model) + R"(","messages":[{"role":"user","content":")" +
         std::string(text) + R"("}])" + std::string(rest) + "}";
}

[[nodiscard]] inline std::string image_body(std::string_view model, std::string_view rest = {}) {
  return R"({"model":")" + std::string(model) + R"(","prompt":"a banana")" + std::string(rest) +
         "}";
}

// The documents of a stream, without comments and the [DONE] that must end it.
[[nodiscard]] inline std::vector<json::Value> events_of(std::string_view body) {
  std::vector<json::Value> events;
  EXPECT_TRUE(body.ends_with("data: [DONE]\n\n"));
  constexpr std::string_view field = "data: ";
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (!line.starts_with(field) || line == "data: [DONE]") continue;
    json::Limits limits;
    limits.size_max = std::size_t{64} << 20U;
    const Result<json::Value> value = json::parse(line.substr(field.size()), limits);
    EXPECT_TRUE(value.ok()) << line.substr(0, 200);
    if (value.ok()) events.push_back(value.value());
  }
  return events;
}

}  // namespace patchbay::emulator
