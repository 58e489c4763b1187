// Images that an answer holds inside its text, as Markdown or as bare data URLs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shared {

// What a ContentScanner tells. A view is valid during the call.
class ContentHandler {
 public:
  virtual void on_text(std::string_view text) = 0;
  virtual void on_image(std::string_view base64, std::string_view mime) = 0;
  virtual void on_image_end(std::string_view mime) = 0;

 protected:
  ~ContentHandler() = default;
};

// Splits text that arrives in pieces: "![a cat](data:image/png;base64,…)" and "data:image/…" become
// images, all else is text. Holds nothing but a beginning that may become one.
class ContentScanner {
 public:
  explicit ContentScanner(ContentHandler& handler) : handler_(&handler) {}

  void write(std::string_view piece);
  void finish();

  static constexpr std::size_t caption_size_max = 300;  // bytes between the brackets
  static constexpr std::size_t mime_size_max = 64;      // bytes of "png;base64"

 private:
  enum class At : std::uint8_t { Text, Bang, Caption, Bracket, Scheme, Type, Data };

  void step(char c);
  [[nodiscard]] bool accepts(char c);
  [[nodiscard]] bool accepts_type(char c);
  void give_up();
  void end_image();

  ContentHandler* handler_;
  At at_ = At::Text;
  std::string held_;            // what may become an image's beginning
  std::size_t matched_ = 0;     // of "data:image/"
  std::size_t type_begin_ = 0;  // in held_
  bool in_brackets_ = false;    // a ")" belongs to the image
  std::string mime_;
};

}  // namespace shared
