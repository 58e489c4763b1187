// Input blobs, and the small sinks.
#include "core/crypto/hash.hpp"
#include "core/media/encode.hpp"
#include "host/engine/file_blob.hpp"
#include "host/engine/models_sink.hpp"
#include "host/engine/text_sink.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TempDir;

std::string png_of(std::uint64_t size_bytes = 0) {
  media::PictureOptions options;
  options.width = 40;
  options.height = 30;
  options.size_bytes = size_bytes;
  auto made = media::make_picture(options);
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

TEST(FileBlobTest, DescribesTheImageByItsBytes) {
  const TempDir directory;
  const std::string png = png_of();
  const auto blob = FileBlob::open_image(directory.write("in.jpg", png));
  ASSERT_TRUE(blob.ok());
  EXPECT_EQ(blob.value()->mime, "image/png");
  EXPECT_EQ(blob.value()->width, 40U);
  EXPECT_EQ(blob.value()->height, 30U);
  EXPECT_EQ(blob.value()->size(), png.size());
  EXPECT_EQ(blob.value()->sha256(), crypto::to_hex(crypto::sha256(crypto::bytes_of(png))));
  std::array<std::uint8_t, 4> bytes{};
  ASSERT_EQ(blob.value()->read_at(png.size() - 2, bytes).value(), 2U);
  EXPECT_EQ(bytes[0], static_cast<std::uint8_t>(png[png.size() - 2]));
  EXPECT_EQ(blob.value()->read_at(png.size(), bytes).value(), 0U);
}

TEST(FileBlobTest, RefusesWhatIsNoWholeImage) {
  const TempDir directory;
  const std::string png = png_of();
  const auto cut = FileBlob::open_image(directory.write("cut.png", png.substr(0, png.size() / 2)));
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().code, ErrorCode::BadInput);
  EXPECT_THAT(cut.error().message,
              HasSubstr("corrupt input image " + (directory / "cut.png").string()));
  EXPECT_THAT(cut.error().message, HasSubstr("cut off"));
  EXPECT_EQ(FileBlob::open_image(directory.write("empty.png", "")).error().code,
            ErrorCode::BadInput);
  EXPECT_EQ(FileBlob::open_image(directory.write("t.png", "text")).error().code,
            ErrorCode::BadInput);
  EXPECT_EQ(FileBlob::open_image(directory / "none.png").error().code, ErrorCode::BadInput);
  EXPECT_EQ(FileBlob::open_image(directory.path()).error().code, ErrorCode::BadInput);
  EXPECT_EQ(FileBlob::open_image("/dev/zero").error().code, ErrorCode::BadInput);
}

TEST(FileBlobTest, RefusesMoreThanTwentyMebibytes) {
  const TempDir directory;
  std::string bytes = png_of();
  bytes.resize(input_image_size_max, '\0');  // decoders ignore what follows the end
  EXPECT_TRUE(FileBlob::open_image(directory.write("at.png", bytes)).ok());
  EXPECT_TRUE(MemoryBlob::of_image(bytes).ok());
  bytes.push_back('\0');
  const auto beyond = FileBlob::open_image(directory.write("beyond.png", bytes));
  ASSERT_FALSE(beyond.ok());
  EXPECT_THAT(beyond.error().message, HasSubstr("larger than 20 MiB"));
  EXPECT_EQ(MemoryBlob::of_image(bytes).error().code, ErrorCode::BadInput);
}

TEST(MemoryBlobTest, ReadsFromAnyOffset) {
  const MemoryBlob blob(std::string("0123456789"));
  std::array<std::uint8_t, 4> bytes{};
  EXPECT_EQ(blob.read_at(8, bytes).value(), 2U);
  EXPECT_EQ(bytes[1], '9');
  EXPECT_EQ(blob.read_at(10, bytes).value(), 0U);
  EXPECT_EQ(blob.read_at(UINT64_MAX, bytes).value(), 0U);
}

Status send(Sink& sink,
            std::uint32_t index,
            const std::vector<std::string>& pieces,
            Disposition disposition) {
  PATCHBAY_TRY(sink.begin(PartStart{index, PartKind::Text, {}}));
  for (const std::string& piece : pieces) PATCHBAY_TRY(sink.write(index, crypto::bytes_of(piece)));
  PartEnd end;
  end.index = index;
  end.disposition = disposition;
  return sink.end(end);
}

TEST(TextSinkTest, HoldsEachPartUntilItIsFinal) {
  std::vector<std::string> got;
  TextSink sink(TextDelivery::WhenWhole, [&got](std::string_view text) {
    got.emplace_back(text);
    return Status();
  });
  ASSERT_TRUE(send(sink, 0, {"hm", "m"}, Disposition::Thought).ok());
  ASSERT_TRUE(send(sink, 1, {"a", "b"}, Disposition::Final).ok());
  EXPECT_THAT(got, ElementsAre("ab"));
  EXPECT_EQ(sink.text(), "ab");
}

TEST(TextSinkTest, DeliversEachPieceWhereAskedTo) {
  std::vector<std::string> got;
  TextSink sink(TextDelivery::AsItComes, [&got](std::string_view text) {
    got.emplace_back(text);
    return Status();
  });
  ASSERT_TRUE(send(sink, 0, {"a", "b"}, Disposition::Final).ok());
  EXPECT_THAT(got, ElementsAre("a", "b"));
  EXPECT_EQ(sink.text(), "ab");
}

TEST(TextSinkTest, ReceiversErrorGoesThrough) {
  TextSink sink(TextDelivery::AsItComes, [](std::string_view) {
    return Status(Error{ErrorCode::Output, "closed pipe", {}, {}});
  });
  EXPECT_EQ(send(sink, 0, {"a"}, Disposition::Final).error().code, ErrorCode::Output);
}

TEST(TextSinkTest, PassesOverImages) {
  TextSink sink(TextDelivery::WhenWhole, {});
  ASSERT_TRUE(sink.begin(PartStart{0, PartKind::Image, {}}).ok());
  ASSERT_TRUE(sink.write(0, crypto::bytes_of("bytes")).ok());
  ASSERT_TRUE(sink.end(PartEnd{}).ok());
  EXPECT_EQ(sink.text(), "");
}

TEST(ModelsSinkTest, KeepsTheProvidersOrder) {
  ModelsSink sink;
  for (const char* id : {"b", "a"}) {
    ListedModel model;
    model.id = id;
    ASSERT_TRUE(sink.model(model).ok());
  }
  ASSERT_EQ(sink.models().size(), 2U);
  EXPECT_EQ(sink.models()[0].id, "b");
}

}  // namespace
}  // namespace patchbay::host
