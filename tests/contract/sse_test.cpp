// Splitting server-sent events at every cut.
#include <patchbay/sse.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace patchbay {
namespace {

class Recorder {
 public:
  void on_data(std::string_view text) { data_.append(text); }
  void on_event() {
    log_.append("<").append(data_).append(">");
    data_.clear();
  }
  void on_stray(std::string_view text) { log_.append(text); }
  [[nodiscard]] std::string log() const { return data_.empty() ? log_ : log_ + "LEFT " + data_; }

 private:
  std::string data_;
  std::string log_;
};
static_assert(SseHandler<Recorder>);

std::string split(std::string_view stream, std::size_t piece_size) {
  Recorder recorder;
  SseSplitter<Recorder> splitter(recorder);
  for (std::size_t at = 0; at < stream.size(); at += piece_size) {
    const std::string piece(stream.substr(at, piece_size));
    splitter.write(piece);
  }
  splitter.finish();
  return recorder.log();
}
// The same in pieces of every size.
void expect_split(std::string_view stream, std::string_view want) {
  for (std::size_t piece = 1; piece <= stream.size() + 1; ++piece)
    ASSERT_EQ(split(stream, piece), want) << "in pieces of " << piece << ": " << stream;
}

TEST(SseSplitterTest, EndsLinesWithLfCrlfAndCr) {
  expect_split("data: a\n\ndata: b\n\n", "<a><b>");
  expect_split("data: a\r\n\r\ndata: b\r\n\r\n", "<a><b>");
  expect_split("data: a\r\rdata: b\r\r", "<a><b>");
  expect_split("data: a\r\n\ndata: b\n\r\n", "<a><b>");
}

TEST(SseSplitterTest, JoinsDataLinesByLineFeed) {
  expect_split("data: a\ndata: b\ndata:\ndata\ndata:c\n\n", "<a\nb\n\n\nc>");
}

TEST(SseSplitterTest, RemovesOneSpaceOnly) {
  expect_split("data:a\n\ndata:  b\n\n", "<a>< b>");
}

TEST(SseSplitterTest, SkipsCommentsAndOtherFields) {
  expect_split(": comment\nevent: x\nid: 7\nretry: 5\nid\n:\ndata: a\n\n: ping\n\n", "<a>");
}

TEST(SseSplitterTest, SkipsAByteOrderMarkAtTheStartOnly) {
  expect_split(
      "\xEF\xBB\xBF"
      "data: a\n\n",
      "<a>");
  expect_split(
      "data: a\n\n\xEF\xBB\xBF"
      "data: b\n\n",
      "<a>\xEF\xBB\xBF"
      "data: b\n");
  expect_split("\xEF\xBBx\n", "\xEF\xBBx\n");
  expect_split("\xEF\xBB", "\xEF\xBB\n");
}

TEST(SseSplitterTest, HandsOutTheLastEventWithoutItsBlankLine) {
  expect_split("data: a\n\ndata: b", "<a><b>");
  expect_split("data: a\n\ndata: b\n", "<a><b>");
  expect_split("data: a\n\ndata", "<a><>");
}

TEST(SseSplitterTest, TellsNoEventWithoutData) {
  expect_split("\n\n\nevent: x\n\n: c\n\n", "");
  expect_split("", "");
}

TEST(SseSplitterTest, HandsOutLinesThatAreNoField) {
  expect_split("data: a\n\n{\n  \"error\": {\"code\": 503}\n}\n",
               "<a>{\n  \"error\": {\"code\": 503}\n}\n");
  expect_split("<html>\n", "<html>\n");
  expect_split("dat: a\ndatax: b\nDATA: c\n\n", "dat: a\ndatax: b\nDATA: c\n");
}

TEST(SseSplitterTest, KeepsColonsAndQuotesOfTheData) {
  expect_split("data: {\"a\": \"data: b\"}\n\n", "<{\"a\": \"data: b\"}>");
}

TEST(SseSplitterTest, PassesALineOfAnyLengthOn) {
  const std::string long_line(std::size_t{8} << 20U, 'x');
  Recorder recorder;
  SseSplitter<Recorder> splitter(recorder);
  splitter.write("data: ");
  for (std::size_t at = 0; at < long_line.size(); at += 65'536)
    splitter.write(std::string_view(long_line).substr(at, 65'536));
  splitter.write("\n\n");
  EXPECT_EQ(recorder.log(), "<" + long_line + ">");
}

}  // namespace
}  // namespace patchbay
