#include "host/jobs/image_place.hpp"

#include "core/crypto/hash.hpp"
#include "core/media/encode.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TempDir;

std::string picture(media::ImageFormat format, std::uint64_t seed = 1) {
  return media::make_picture({.format = format, .width = 40, .height = 30, .seed = seed}).value();
}

std::string contents_of(const std::filesystem::path& path) {
  return read_file(path, std::size_t{1} << 20U).value();
}

Status send(RequestOutput& output, const std::vector<std::string>& files) {
  Sink* sink = PATCHBAY_TRY(output.open_sink());
  for (std::uint32_t index = 0; index < files.size(); ++index) {
    PATCHBAY_TRY(sink->begin(PartStart{index, PartKind::Image, {}}));
    PATCHBAY_TRY(sink->write(index, crypto::bytes_of(files[index])));
    PartEnd end;
    end.index = index;
    PATCHBAY_TRY(sink->end(end));
  }
  return output.commit();
}

class ImagePlaceTest : public ::testing::Test {
 protected:
  ImagePlace at(std::string_view name) {
    ImagePlace place;
    place.file = directory_ / name;
    return place;
  }
  std::vector<std::string> names_in(const RequestOutput& output) {
    std::vector<std::string> names;
    for (const SavedImage& image : output.images()) names.push_back(image.path.filename());
    return names;
  }

  TempDir directory_;
};

TEST_F(ImagePlaceTest, NamesSayTheirFormat) {
  EXPECT_EQ(format_named_by("a.PNG"), media::ImageFormat::Png);
  EXPECT_EQ(format_named_by("a.jpeg"), media::ImageFormat::Jpeg);
  EXPECT_EQ(format_named_by("a.b.jpg"), media::ImageFormat::Jpeg);
  EXPECT_EQ(format_named_by("a.webp"), media::ImageFormat::Webp);
  EXPECT_EQ(format_named_by("png"), std::nullopt);
  EXPECT_EQ(format_named_by("a.img"), std::nullopt);
}

TEST_F(ImagePlaceTest, ImagesOfOneRequestGetItsNumbers) {
  const ImagePlace place = at("p-%d.png");
  RequestOutput output(place, {3, 2, 6}, {});
  const std::string png = picture(media::ImageFormat::Png);
  ASSERT_TRUE(send(output, {png, png}).ok());
  EXPECT_THAT(names_in(output), ElementsAre("p-3.png", "p-4.png"));
}

TEST_F(ImagePlaceTest, MoreImagesThanExpectedOverwriteNoneOfAnotherRequest) {
  directory_.write("p-2.png", "another request's");
  directory_.write("p-4.png", "somebody else's");
  ImagePlace place = at("p-%d.png");
  place.if_exists = IfExists::Replace;
  RequestOutput output(place, {1, 1, 4}, {});
  const std::string png = picture(media::ImageFormat::Png);
  ASSERT_TRUE(send(output, {png, png}).ok());
  EXPECT_THAT(names_in(output), ElementsAre("p-1.png", "p-5.png"));
}

TEST_F(ImagePlaceTest, ATakenNumberIsToldBeforeAnythingIsSent) {
  directory_.write("p-2.png", "somebody else's");
  const Status checked = check_place(at("p-%d.png"), {1, 3, 4});
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::AlreadyExists);
  EXPECT_THAT(checked.error().message, HasSubstr("p-2.png"));
  EXPECT_TRUE(check_place(at("p-%d.png"), {3, 3, 6}).ok());
}

TEST_F(ImagePlaceTest, ATakenSidecarIsToldBeforeAnythingIsSent) {
  directory_.write("p.png.json", "{}");
  ImagePlace place = at("p.png");
  EXPECT_TRUE(check_place(place, {}).ok());
  place.sidecar = Sidecar::Yes;
  EXPECT_EQ(check_place(place, {}).error().code, ErrorCode::AlreadyExists);
  place.if_exists = IfExists::Replace;
  EXPECT_TRUE(check_place(place, {}).ok());
}

TEST_F(ImagePlaceTest, AChosenNameIsFreeOnlyWhereItsSidecarIs) {
  directory_.write("image-1.png.json", "{}");
  ImagePlace place;
  place.directory = directory_.path();
  place.sidecar = Sidecar::Yes;
  RequestOutput output(place, {}, {});
  ASSERT_TRUE(send(output, {picture(media::ImageFormat::Png)}).ok());
  EXPECT_THAT(names_in(output), ElementsAre("image-2.png"));
}

TEST_F(ImagePlaceTest, ConvertsWhatHasAnotherFormatAndDescribesTheFile) {
  for (const std::string name : {"p.png", "p-%d.png"}) {
    ImagePlace place = at(name);
    place.convert_to = media::ImageFormat::Png;
    place.mode = 0640;
    RequestOutput output(place, {}, {});
    ASSERT_TRUE(send(output, {picture(media::ImageFormat::Jpeg)}).ok());
    ASSERT_EQ(output.images().size(), 1U);
    const SavedImage& image = output.images().front();
    const std::string file = contents_of(image.path);
    EXPECT_TRUE(file.starts_with("\x89PNG"));
    EXPECT_EQ(image.format, media::ImageFormat::Png);
    EXPECT_EQ(image.converted_from, media::ImageFormat::Jpeg);
    EXPECT_EQ(image.size, file.size());
    EXPECT_EQ(image.sha256, crypto::to_hex(crypto::sha256(crypto::bytes_of(file))));
    struct stat info{};
    ASSERT_EQ(stat(image.path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0640U);
  }
}

TEST_F(ImagePlaceTest, LeavesTheUpstreamsBytesWhereTheFormatIsRight) {
  ImagePlace place = at("p.jpeg");
  place.convert_to = media::ImageFormat::Jpeg;
  RequestOutput output(place, {}, {});
  const std::string jpeg = picture(media::ImageFormat::Jpeg);
  ASSERT_TRUE(send(output, {jpeg}).ok());
  EXPECT_EQ(contents_of(directory_ / "p.jpeg"), jpeg);
  EXPECT_EQ(output.images().front().converted_from, std::nullopt);
}

// A picture that every decoder refuses, though its frame is whole: the data within is damaged.
TEST_F(ImagePlaceTest, WhatCannotBeConvertedIsKeptAsItCameBesideTheName) {
  std::string jpeg = picture(media::ImageFormat::Jpeg);
  const std::size_t tables = jpeg.find("\xff\xc4");
  ASSERT_NE(tables, std::string::npos);
  jpeg[tables + 5] = '\x7f';
  ImagePlace place = at("p.png");
  place.convert_to = media::ImageFormat::Png;
  RequestOutput output(place, {}, {});
  const Status sent = send(output, {jpeg});
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::BadInput);
  EXPECT_THAT(sent.error().message, HasSubstr("p.png.jpg"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "p.png"));
  EXPECT_EQ(contents_of(directory_ / "p.png.jpg"), jpeg);
  ASSERT_EQ(output.images().size(), 1U) << "it is listed";
}

TEST_F(ImagePlaceTest, AnnouncesAnImageBeforeItIsThereAndMayKeepItAway) {
  const ImagePlace place = at("p.png");
  bool was_there = true;
  RequestOutput told(place, {}, [&](const SavedImage& image, std::size_t) -> Status {
    was_there = std::filesystem::exists(image.path);
    return Error{ErrorCode::Output, "not now"};
  });
  EXPECT_EQ(send(told, {picture(media::ImageFormat::Png)}).error().message, "not now");
  EXPECT_FALSE(was_there);
  EXPECT_FALSE(std::filesystem::exists(place.file));
}

TEST_F(ImagePlaceTest, AnImageWhoseNameWasTakenMeanwhileIsKeptBesideIt) {
  const ImagePlace place = at("p.png");
  std::vector<std::string> announced;
  RequestOutput output(place, {}, [&](const SavedImage& image, std::size_t index) -> Status {
    if (announced.empty()) directory_.write("p.png", "theirs");
    announced.push_back(std::to_string(index) + " " + image.path.filename().string());
    return {};
  });
  const std::string png = picture(media::ImageFormat::Png);
  const Status sent = send(output, {png});
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::AlreadyExists);
  EXPECT_THAT(sent.error().message, HasSubstr("the image is kept in "));
  EXPECT_THAT(announced, ElementsAre("0 p.png", "0 p-2.png"));
  EXPECT_THAT(names_in(output), ElementsAre("p-2.png"));
  EXPECT_EQ(contents_of(directory_ / "p-2.png"), png);
  EXPECT_EQ(contents_of(directory_ / "p.png"), "theirs");
}

TEST_F(ImagePlaceTest, OneNameThatWasTakenDoesNotCostTheImagesAfterIt) {
  const ImagePlace place = at("p-%d.png");
  RequestOutput output(place, {1, 3, 4}, [&](const SavedImage& image, std::size_t) -> Status {
    if (image.path.filename() == "p-2.png") directory_.write("p-2.png", "theirs");
    return {};
  });
  const Status sent = send(output,
                           {picture(media::ImageFormat::Png, 1),
                            picture(media::ImageFormat::Png, 2),
                            picture(media::ImageFormat::Png, 3)});
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::AlreadyExists);
  EXPECT_THAT(names_in(output), ElementsAre("p-1.png", "p-2-2.png", "p-3.png"));
  EXPECT_EQ(contents_of(directory_ / "p-2.png"), "theirs");
}

}  // namespace
}  // namespace patchbay::host
