// The pictures of one answer, as parts.
#pragma once

#include "plugins/shared/image_url.hpp"
#include <patchbay/part.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shared {

// One picture is read at a time. In a chat the last one counts, and nothing marks those before it
// as drafts: so the latest is ended only when the next one, or the end, shows which it was.
class AnswerImages {
 public:
  explicit AnswerImages(patchbay::Io& io);
  AnswerImages(const AnswerImages&) = delete;
  AnswerImages& operator=(const AnswerImages&) = delete;

  // A piece of base64, or of a URL, which may be a data URL.
  void write_data(std::string_view base64, std::string_view mime_hint);
  void write_url(std::string_view piece) { url_.write(piece); }

  // The picture that was read has ended. `mime` is what the provider says of it, if anything.
  void end_latest(std::string_view mime);                         // as in a chat
  void end_as(std::uint32_t disposition, std::string_view mime);  // PATCHBAY_PART_FINAL or DRAFT
  [[nodiscard]] bool is_reading() const {
    return current_ || url_.kind() != ImageUrl::Kind::Undecided;
  }

  // At the end of the answer.
  void settle();
  [[nodiscard]] bool has_final() const { return has_final_ || latest_.has_value(); }
  // Addresses of pictures that the answer only points to.
  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }
  void note_fetched() { has_final_ = true; }

  static constexpr std::size_t addresses_max = 16;

 private:
  [[nodiscard]] std::string end_url(std::string_view mime);
  void retire(std::uint32_t disposition);

  patchbay::Io* io_;
  ImageUrl url_;
  std::optional<patchbay::PartWriter> current_;
  bool is_empty_ = true;
  std::optional<patchbay::PartWriter> latest_;  // ended but for its last word
  std::string latest_mime_;
  bool has_final_ = false;
  std::vector<std::string> addresses_;
};

}  // namespace shared
