#include "host/engine/file_sink.hpp"

#include "core/crypto/hash.hpp"
#include "core/media/encode.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;
using testing::TempDir;

std::string picture(media::ImageFormat format, std::uint64_t seed = 1) {
  media::PictureOptions options;
  options.format = format;
  options.width = 64;
  options.height = 48;
  options.seed = seed;
  auto made = media::make_picture(options);
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

std::string contents_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t count_entries(const std::filesystem::path& directory) {
  const std::filesystem::directory_iterator entries(directory);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

// Sends one image in pieces; the status of its end.
Status send(Sink& sink,
            std::uint32_t index,
            std::string_view bytes,
            Disposition disposition = Disposition::Final) {
  PATCHBAY_TRY(sink.begin(PartStart{index, PartKind::Image, {}}));
  for (std::size_t offset = 0; offset < bytes.size(); offset += 1000)
    PATCHBAY_TRY(sink.write(index, crypto::bytes_of(bytes.substr(offset, 1000))));
  PartEnd end;
  end.index = index;
  end.disposition = disposition;
  return sink.end(end);
}

Status send_text(Sink& sink,
                 std::uint32_t index,
                 std::string_view text,
                 Disposition disposition = Disposition::Final) {
  PATCHBAY_TRY(sink.begin(PartStart{index, PartKind::Text, {}}));
  PATCHBAY_TRY(sink.write(index, crypto::bytes_of(text)));
  PartEnd end;
  end.index = index;
  end.disposition = disposition;
  return sink.end(end);
}

class FileSinkTest : public ::testing::Test {
 protected:
  std::unique_ptr<ImageFileSink> create(ImageFileOptions options) {
    auto sink = ImageFileSink::create(std::move(options));
    EXPECT_TRUE(sink.ok()) << sink.error().message;
    return std::move(sink).value();
  }
  ImageFileOptions exactly(std::string_view name) {
    ImageFileOptions options;
    options.file = directory_ / name;
    return options;
  }
  ImageFileOptions into_directory() {
    ImageFileOptions options;
    options.directory = directory_.path();
    return options;
  }

  TempDir directory_;
};

TEST_F(FileSinkTest, WritesTheUpstreamsOwnBytesUnderTheExactName) {
  const std::string png = picture(media::ImageFormat::Png);
  const auto sink = create(exactly("p.jpg"));
  ASSERT_TRUE(send(*sink, 0, png).ok());
  EXPECT_FALSE(std::filesystem::exists(directory_ / "p.jpg")) << "before commit()";
  const auto saved = sink->commit();
  ASSERT_TRUE(saved.ok());
  ASSERT_EQ(saved.value().size(), 1U);
  const SavedImage& image = saved.value().front();
  EXPECT_EQ(image.path, directory_ / "p.jpg");
  EXPECT_EQ(image.format, media::ImageFormat::Png);
  EXPECT_EQ(image.width, 64U);
  EXPECT_EQ(image.height, 48U);
  EXPECT_EQ(image.size, png.size());
  EXPECT_EQ(image.sha256, crypto::to_hex(crypto::sha256(crypto::bytes_of(png))));
  EXPECT_EQ(contents_of(image.path), png);
  EXPECT_EQ(count_entries(directory_.path()), 1U);
}

TEST_F(FileSinkTest, NothingAppearsWithoutCommit) {
  {
    const auto sink = create(exactly("p.png"));
    ASSERT_TRUE(send(*sink, 0, picture(media::ImageFormat::Png)).ok());
  }
  EXPECT_EQ(count_entries(directory_.path()), 0U);
}

TEST_F(FileSinkTest, TheLastFinalImageIsTheResult) {
  const std::string last = picture(media::ImageFormat::Jpeg, 2);
  const auto sink = create(exactly("p.png"));
  ASSERT_TRUE(send(*sink, 0, picture(media::ImageFormat::Png)).ok());
  ASSERT_TRUE(send(*sink, 1, last).ok());
  ASSERT_TRUE(send(*sink, 2, picture(media::ImageFormat::Png, 3), Disposition::Thought).ok());
  ASSERT_TRUE(send(*sink, 3, picture(media::ImageFormat::Png, 4), Disposition::Draft).ok());
  const auto saved = sink->commit();
  ASSERT_TRUE(saved.ok());
  ASSERT_EQ(saved.value().size(), 1U);
  EXPECT_EQ(contents_of(directory_ / "p.png"), last);
  EXPECT_EQ(count_entries(directory_.path()), 1U);
}

TEST_F(FileSinkTest, InterleavedPartsStayApart) {
  const std::string a = picture(media::ImageFormat::Png, 1);
  const std::string b = picture(media::ImageFormat::Png, 2);
  ImageFileOptions options;
  options.file = directory_ / "p-%d.png";
  const auto sink = create(options);
  ASSERT_TRUE(sink->begin(PartStart{0, PartKind::Image, {}}).ok());
  ASSERT_TRUE(sink->begin(PartStart{1, PartKind::Image, {}}).ok());
  const auto piece = [](std::string_view bytes, std::size_t start) {
    return crypto::bytes_of(bytes.substr(std::min(start, bytes.size()), 100));
  };
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); i += 100) {
    ASSERT_TRUE(sink->write(0, piece(a, i)).ok());
    ASSERT_TRUE(sink->write(1, piece(b, i)).ok());
  }
  PartEnd end;
  ASSERT_TRUE(sink->end(end).ok());
  end.index = 1;
  ASSERT_TRUE(sink->end(end).ok());
  ASSERT_TRUE(sink->commit().ok());
  EXPECT_EQ(contents_of(directory_ / "p-1.png"), a);
  EXPECT_EQ(contents_of(directory_ / "p-2.png"), b);
}

TEST_F(FileSinkTest, DirectoryGetsNamesWithTheRightSuffixAndNoneTwice) {
  directory_.write("image-1.png", "somebody else's");
  const auto sink = create(into_directory());
  ASSERT_TRUE(send(*sink, 0, picture(media::ImageFormat::Png)).ok());
  ASSERT_TRUE(send(*sink, 1, picture(media::ImageFormat::Jpeg)).ok());
  const auto saved = sink->commit();
  ASSERT_TRUE(saved.ok());
  ASSERT_EQ(saved.value().size(), 2U);
  EXPECT_EQ(saved.value()[0].path, directory_ / "image-2.png");
  EXPECT_EQ(saved.value()[1].path, directory_ / "image-3.jpg");
  EXPECT_EQ(contents_of(directory_ / "image-1.png"), "somebody else's");
  EXPECT_EQ(count_entries(directory_.path()), 3U);
}

TEST_F(FileSinkTest, WhatIsNoImageEndsWithWhatItLooksLike) {
  const auto sink = create(exactly("p.png"));
  const Status sent = send(*sink, 0, "<!doctype html><title>Sign in</title>");
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::Protocol);
  EXPECT_THAT(sent.error().message, HasSubstr("HTML"));
}

TEST_F(FileSinkTest, CutOffImageIsRefused) {
  const std::string png = picture(media::ImageFormat::Png);
  const auto sink = create(exactly("p.png"));
  const Status sent = send(*sink, 0, std::string_view(png).substr(0, png.size() - 4));
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::Protocol);
  EXPECT_THAT(sent.error().message, HasSubstr("cut off"));
  EXPECT_EQ(count_entries(directory_.path()), 0U);
}

TEST_F(FileSinkTest, MissingDirectoryFailsBeforeAnythingIsSent) {
  EXPECT_EQ(ImageFileSink::create(exactly("none/p.png")).error().code, ErrorCode::Output);
  ImageFileOptions options;
  options.directory = directory_ / "none";
  EXPECT_EQ(ImageFileSink::create(options).error().code, ErrorCode::Output);
  options.directory.clear();
  options.file = directory_ / "none/p-%d.png";
  EXPECT_EQ(ImageFileSink::create(options).error().code, ErrorCode::Output);
}

TEST_F(FileSinkTest, ExistingFileIsReplacedOnlyWhenAsked) {
  directory_.write("p.png", "old");
  ImageFileOptions options = exactly("p.png");
  EXPECT_EQ(ImageFileSink::create(options).error().code, ErrorCode::AlreadyExists);
  options.if_exists = IfExists::Replace;
  const auto sink = create(options);
  const std::string png = picture(media::ImageFormat::Png);
  ASSERT_TRUE(send(*sink, 0, png).ok());
  EXPECT_EQ(contents_of(directory_ / "p.png"), "old");
  ASSERT_TRUE(sink->commit().ok());
  EXPECT_EQ(contents_of(directory_ / "p.png"), png);
}

TEST_F(FileSinkTest, FullDiskEndsWithAnErrorAndLeavesNothing) {
  // A limit on file sizes stands in for a full disk: the same call fails in the same way.
  rlimit old_limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  auto* old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const auto sink = create(exactly("p.png"));
  const std::string png = picture(media::ImageFormat::Png) + std::string(5000, 'x');
  const rlimit small{4096, old_limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status sent = send(*sink, 0, png);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::Output);
  EXPECT_EQ(count_entries(directory_.path()), 0U);
}

TEST_F(FileSinkTest, KeepsTheFinalWordsBesideTheImage) {
  const auto sink = create(exactly("p.png"));
  ASSERT_TRUE(send_text(*sink, 0, "let me think", Disposition::Thought).ok());
  ASSERT_TRUE(send_text(*sink, 1, "Here it is.").ok());
  EXPECT_EQ(sink->text(), "Here it is.");
  ASSERT_TRUE(send_text(*sink, 2, std::string(200'000, 'x')).ok());
  EXPECT_LE(sink->text().size(), ImageSink::text_kept_max + 3);
}

TEST_F(FileSinkTest, MoreImagesThanTheLimitAreRefused) {
  const std::string png = picture(media::ImageFormat::Png);
  const auto sink = create(into_directory());
  for (std::uint32_t i = 0; i < ImageSink::images_max; ++i) ASSERT_TRUE(send(*sink, i, png).ok());
  EXPECT_EQ(send(*sink, 64, png).error().code, ErrorCode::Protocol);
}

TEST_F(FileSinkTest, DescriptorGetsTheWholeImageAfterSuccess) {
  const std::filesystem::path path = directory_.write("out", "");
  const FileDescriptor out(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  auto sink = ImageDescriptorSink::create(out.get(), directory_.path());
  ASSERT_TRUE(sink.ok());
  const std::string png = picture(media::ImageFormat::Png);
  ASSERT_TRUE(send(*sink.value(), 0, picture(media::ImageFormat::Jpeg)).ok());
  ASSERT_TRUE(send(*sink.value(), 1, png).ok());
  EXPECT_EQ(std::filesystem::file_size(path), 0U);
  const auto saved = sink.value()->commit();
  ASSERT_TRUE(saved.ok());
  EXPECT_EQ(saved.value().size, png.size());
  EXPECT_EQ(contents_of(path), png);
  EXPECT_EQ(count_entries(directory_.path()), 1U) << "the spool file has a name";
}

TEST_F(FileSinkTest, DescriptorThatTakesNothingIsAnOutputError) {
  const FileDescriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full.is_open());
  auto sink = ImageDescriptorSink::create(full.get(), directory_.path());
  ASSERT_TRUE(sink.ok());
  ASSERT_TRUE(send(*sink.value(), 0, picture(media::ImageFormat::Png)).ok());
  EXPECT_EQ(sink.value()->commit().error().code, ErrorCode::Output);
}

}  // namespace
}  // namespace patchbay::host
