#include "host/engine/body.hpp"

#include "host/engine/file_blob.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;

class BodyTest : public ::testing::Test {
 protected:
  void add_bytes(std::string_view text) {
    segments_.push_back(patchbay_segment{
        PATCHBAY_SEG_BYTES, 0, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}});
  }
  void add_blob(std::uint32_t kind, std::string bytes) {
    segments_.push_back(
        patchbay_segment{kind, static_cast<std::uint32_t>(blobs_.size()), {nullptr, 0}});
    blobs_.push_back(std::make_shared<MemoryBlob>(std::move(bytes)));
  }
  Result<std::unique_ptr<SegmentedBody>> create() {
    return SegmentedBody::create(segments_, blobs_, progress_);
  }
  static std::string read(SegmentedBody& body, std::size_t step) {
    std::string text;
    std::vector<char> buffer(step);
    while (true) {
      const auto count = body.read(buffer);
      EXPECT_TRUE(count.ok());
      if (!count.ok() || count.value() == 0) return text;
      text.append(buffer.data(), count.value());
    }
  }

  std::vector<patchbay_segment> segments_;
  SegmentedBody::Blobs blobs_;
  std::shared_ptr<BodyProgress> progress_ = std::make_shared<BodyProgress>();
};

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 % 251);
  return text;
}

TEST_F(BodyTest, JoinsSegmentsWithExactSizeWhateverTheStep) {
  add_bytes("{\"data\":\"");
  add_blob(PATCHBAY_SEG_BLOB_BASE64, "Man");
  add_bytes("\",\"more\":\"");
  add_blob(PATCHBAY_SEG_BLOB_BASE64, "Ma");
  add_blob(PATCHBAY_SEG_BLOB_BASE64, "");
  add_bytes("");
  add_bytes("\"}");
  add_blob(PATCHBAY_SEG_BLOB_RAW, "raw");
  for (const std::size_t step : {1U, 2U, 3U, 7U, 4096U}) {
    const auto body = create();
    ASSERT_TRUE(body.ok());
    const std::string expected = "{\"data\":\"TWFu\",\"more\":\"TWE=\"}raw";
    EXPECT_EQ(body.value()->size(), expected.size());
    EXPECT_EQ(read(*body.value(), step), expected) << step;
  }
}

TEST_F(BodyTest, EncodesLargeInputsWithoutSeams) {
  const std::string raw = pattern(100'000);
  add_blob(PATCHBAY_SEG_BLOB_BASE64, raw);
  const auto body = create();
  ASSERT_TRUE(body.ok());
  const std::string text = read(*body.value(), 10'000);
  EXPECT_EQ(text.size(), body.value()->size());
  EXPECT_EQ(text.find('='), text.size() - 2) << "padding within the text";
}

TEST_F(BodyTest, EscapesStateAsTheInsideOfAJsonString) {
  add_blob(PATCHBAY_SEG_BLOB_JSON, std::string("a\"b\\c\n\t\x01\x1f\0é/", 13));
  const auto body = create();
  ASSERT_TRUE(body.ok());
  const std::string expected = "a\\\"b\\\\c\\n\\t\\u0001\\u001f\\u0000é/";
  EXPECT_EQ(body.value()->size(), expected.size());
  EXPECT_EQ(read(*body.value(), 5), expected);
}

TEST_F(BodyTest, EscapedSizeIsExactForMegabytes) {
  add_blob(PATCHBAY_SEG_BLOB_JSON, pattern(1'000'000));
  const auto body = create();
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(read(*body.value(), 16'000).size(), body.value()->size());
}

TEST_F(BodyTest, RewindsToTheStart) {
  add_bytes("head:");
  add_blob(PATCHBAY_SEG_BLOB_BASE64, pattern(50'000));
  const auto body = create();
  ASSERT_TRUE(body.ok());
  const std::string first = read(*body.value(), 9'999);
  ASSERT_TRUE(body.value()->rewind().ok());
  EXPECT_EQ(read(*body.value(), 333), first);
}

TEST_F(BodyTest, RewindsFromTheMiddle) {
  add_blob(PATCHBAY_SEG_BLOB_BASE64, pattern(50'000));
  const auto body = create();
  ASSERT_TRUE(body.ok());
  std::array<char, 1001> some{};
  ASSERT_TRUE(body.value()->read(some).ok());
  ASSERT_TRUE(body.value()->rewind().ok());
  EXPECT_EQ(read(*body.value(), 4000).size(), body.value()->size());
}

TEST_F(BodyTest, RefusesUnknownSegmentsAndInputs) {
  segments_ = {patchbay_segment{5, 0, {nullptr, 0}}};
  EXPECT_EQ(create().error().code, ErrorCode::Plugin);
  segments_ = {patchbay_segment{0, 0, {nullptr, 0}}};
  EXPECT_EQ(create().error().code, ErrorCode::Plugin);
  segments_ = {patchbay_segment{PATCHBAY_SEG_BLOB_RAW, 0, {nullptr, 0}}};
  const auto body = create();
  EXPECT_THAT(body.error().message, HasSubstr("a segment names input 0 of 0"));
}

// Claims more than it has, as a file does that was cut off after it was looked at.
class ShrunkBlob final : public Blob {
 public:
  [[nodiscard]] std::uint64_t size() const override { return 100'000; }
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                            std::span<std::uint8_t> out) const override {
    if (offset >= 30'000) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(out.size(), 30'000 - offset);
    std::fill_n(out.begin(), count, std::uint8_t{1});
    return count;
  }
};

TEST_F(BodyTest, InputThatShrankEndsTheBodyWithAnError) {
  segments_ = {patchbay_segment{PATCHBAY_SEG_BLOB_BASE64, 0, {nullptr, 0}}};
  blobs_ = {std::make_shared<ShrunkBlob>()};
  const auto body = create();
  ASSERT_TRUE(body.ok());
  std::vector<char> buffer(200'000);
  const auto count = body.value()->read(buffer);
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.error().code, ErrorCode::BadInput);
  EXPECT_TRUE(progress_->error.has_value());
}

TEST_F(BodyTest, BodyBeyondTheLimitIsRefused) {
  class HugeBlob final : public Blob {
   public:
    [[nodiscard]] std::uint64_t size() const override { return body_size_max; }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t,
                                              std::span<std::uint8_t>) const override {
      return std::size_t{0};
    }
  };
  blobs_ = {std::make_shared<HugeBlob>()};
  segments_ = {patchbay_segment{PATCHBAY_SEG_BLOB_RAW, 0, {nullptr, 0}}};
  EXPECT_TRUE(create().ok()) << "at the limit";
  add_bytes("x");
  EXPECT_EQ(create().error().code, ErrorCode::BadInput);
}

}  // namespace
}  // namespace patchbay::host
