// The images in a Gemini answer, decoded.
#pragma once

#include "core/media/base64_decoder.hpp"
#include "core/media/image.hpp"
#include "tests/unit/emulator/emulator_client.hpp"

#include <string>
#include <vector>

namespace patchbay::emulator {

[[nodiscard]] inline Result<std::vector<std::uint8_t>> decode(std::string_view base64) {
  media::Base64Decoder decoder;
  std::vector<std::uint8_t> bytes(media::Base64Decoder::decoded_size_max(base64.size()) + 3);
  const std::size_t count = PATCHBAY_TRY(decoder.write(base64, bytes));
  const std::size_t last = PATCHBAY_TRY(decoder.finish(std::span(bytes).subspan(count)));
  bytes.resize(count + last);
  return bytes;
}

// What a part of the answer holds: "text", "1024x1024 image/png", or what is wrong with it.
[[nodiscard]] inline std::string describe_part(const json::Value& part) {
  const std::string thought = part.find("thought") == nullptr ? "" : "thought ";
  const json::Value* blob = part.find("inlineData");
  if (blob == nullptr) return thought + (part.find("text") == nullptr ? "nothing" : "text");
  const auto bytes = decode(blob->text("data"));
  if (!bytes.ok()) return "bad base64";
  const auto image = media::scan_image(bytes.value());
  if (!image.ok()) return image.error().message;
  if (media::mime_of(image.value().format) != blob->text("mimeType")) return "another type";
  return thought + std::to_string(image.value().width) + "x" +
         std::to_string(image.value().height) + " " + std::string(blob->text("mimeType"));
}

[[nodiscard]] inline std::vector<std::string> describe_parts(const json::Value& document) {
  std::vector<std::string> descriptions;
  const json::Value parts = at(document, "candidates.0.content.parts");
  if (parts.array() == nullptr) return descriptions;
  for (const json::Value& part : *parts.array()) descriptions.push_back(describe_part(part));
  return descriptions;
}

}  // namespace patchbay::emulator
