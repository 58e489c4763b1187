#include "plugins/shared/content_scanner.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace shared {
namespace {

class Seen final : public ContentHandler {
 public:
  std::string text;
  std::vector<std::string> images;  // "type data"
  std::size_t ended = 0;

 private:
  void on_text(std::string_view piece) override { text += piece; }
  void on_image(std::string_view base64, std::string_view mime) override {
    if (images.size() == ended) images.push_back(std::string(mime) + " ");
    images.back() += base64;
  }
  void on_image_end(std::string_view) override { ++ended; }
};

Seen scanned(std::string_view content, std::size_t piece_size) {
  Seen seen;
  ContentScanner scanner(seen);
  for (; !content.empty(); content.remove_prefix(std::min(piece_size, content.size())))
    scanner.write(content.substr(0, piece_size));
  scanner.finish();
  EXPECT_EQ(seen.ended, seen.images.size());
  return seen;
}

struct Case {
  std::string content;
  std::string text;
  std::vector<std::string> images;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"", "", {}},
      {"no picture, dear! dd", "no picture, dear! dd", {}},
      {"![](data:image/png;base64,AA==)", "", {"image/png AA=="}},
      {"a ![b [c](data:image/png;base64,AA==) d", "a  d", {"image/png AA=="}},
      {"(data:image/webp;base64,A-_/+B)", "()", {"image/webp A-_/+B"}},
      {"data:image/png;base64,AA data:image/jpeg;base64,BB",
       " ",
       {"image/png AA", "image/jpeg BB"}},
      {"![x](data:image/png;charset=u;base64,AA)", "", {"image/png AA"}},
      {"!![x](data:image/png;base64,AA)", "!", {"image/png AA"}},
      {"ddata:image/png;base64,AA", "d", {"image/png AA"}},
      {"data:image/svg+xml,<svg/>", "data:image/svg+xml,<svg/>", {}},
      {"data:text/plain;base64,AA", "data:text/plain;base64,AA", {}},
      {"![x](https://x.example/1.png)", "![x](https://x.example/1.png)", {}},
      {"![x\n](data:image/png;base64,AA)", "![x\n]()", {"image/png AA"}},
      {"![unfinished", "![unfinished", {}},
      {"data:image/png;base64", "data:image/png;base64", {}},
      {"data:image/png;base64,", "", {"image/png "}},
  };
  return all;
}

TEST(ContentScannerTest, TellsPicturesFromTextHoweverTheContentIsCut) {
  for (const Case& one : cases())
    for (const std::size_t size :
         {std::size_t{1000}, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
      const Seen seen = scanned(one.content, size);
      EXPECT_EQ(seen.text, one.text) << one.content << " by " << size;
      EXPECT_EQ(seen.images, one.images) << one.content << " by " << size;
    }
}

TEST(ContentScannerTest, TakesNoLongCaptionOrTypeForAPicture) {
  const std::string end = "](data:image/png;base64,AA)";
  const auto with_caption = [&](std::size_t size) { return "![" + std::string(size, 'x') + end; };
  const std::size_t longest = ContentScanner::caption_size_max - 4;
  EXPECT_EQ(scanned(with_caption(longest), 1000).text, "");
  EXPECT_EQ(scanned(with_caption(longest + 10), 1000).images.size(), 1U) << "as a bare data URL";
  EXPECT_EQ(scanned(with_caption(longest + 10), 1000).text,
            "![" + std::string(longest + 10, 'x') + "]()");
  const std::string type(ContentScanner::mime_size_max, 'x');
  EXPECT_TRUE(scanned("data:image/" + type + ";base64,AA", 1000).images.empty());
}

}  // namespace
}  // namespace shared
