// The parts of an answer: their order is checked, their data decoded in pieces and passed on.
#pragma once

#include "core/base/redactor.hpp"
#include "core/media/base64_decoder.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/sink.hpp"
#include <patchbay/plugin.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t open_parts_max = 64;           // at once
inline constexpr std::size_t text_excerpt_size_max = 1200;  // bytes: 300 characters of any script
inline constexpr std::size_t mime_size_max = 100;

// Holds one fixed buffer, whatever the size of a part.
class PartDecoder {
 public:
  PartDecoder(Sink& sink, const EngineLimits& limits, const Redactor& redactor);

  // One piece, already checked by check_payload(). Errors: Plugin where the pieces come in no
  // proper order, Protocol where the data does not decode or passes a limit, and those of the sink.
  [[nodiscard]] Status take(const patchbay_part& piece);
  // Errors: Plugin where a part is unfinished.
  [[nodiscard]] Status finish() const;

  [[nodiscard]] bool has_begun() const { return !seen_.empty(); }
  [[nodiscard]] bool has_final_image() const { return final_image_count_ > 0; }
  [[nodiscard]] std::uint32_t final_image_count() const { return final_image_count_; }
  [[nodiscard]] bool has_final_text() const { return has_final_text_; }
  // The beginning of the final text.
  [[nodiscard]] const std::string& text_excerpt() const { return text_excerpt_; }

 private:
  struct OpenPart {
    PartKind kind = PartKind::Text;
    std::uint32_t encoding = PATCHBAY_ENCODING_RAW;
    media::Base64Decoder decoder;
    std::uint64_t size = 0;  // bytes, decoded
    std::string excerpt;     // of text
    RedactedStream shown;    // text as it is passed on: an upstream may echo the credential
  };

  [[nodiscard]] Status begin(const patchbay_part& piece);
  [[nodiscard]] Status end(const patchbay_part& piece, OpenPart& part);
  [[nodiscard]] Status decode(std::uint32_t index, OpenPart& part, std::string_view text);
  [[nodiscard]] Status pass_on(std::uint32_t index,
                               OpenPart& part,
                               std::span<const std::uint8_t> bytes);
  [[nodiscard]] Status pass_on_text(std::uint32_t index, OpenPart& part, std::string_view text);
  [[nodiscard]] Status count(OpenPart& part, std::uint64_t size);

  Sink& sink_;
  EngineLimits limits_;
  const Redactor& redactor_;
  std::vector<std::uint8_t> buffer_;
  std::vector<bool> seen_;  // by index: begun at some time
  std::map<std::uint32_t, OpenPart> open_;
  std::uint64_t text_size_ = 0;   // bytes, of all text parts
  std::uint64_t state_size_ = 0;  // bytes, of all state parts
  std::uint32_t final_image_count_ = 0;
  bool has_final_text_ = false;
  std::string text_excerpt_;
};

}  // namespace patchbay::host
