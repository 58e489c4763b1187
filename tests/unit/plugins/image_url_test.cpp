#include "plugins/shared/image_url.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace shared {
namespace {

using Kind = ImageUrl::Kind;

struct Seen {
  Kind kind;
  std::string mime;
  std::string data;
  std::string address;
};

Seen read(std::string_view url, std::size_t piece_size) {
  Seen seen;
  ImageUrl reader([&](std::string_view base64) { seen.data += base64; });
  for (; !url.empty(); url.remove_prefix(std::min(piece_size, url.size())))
    reader.write(url.substr(0, piece_size));
  reader.finish();
  seen.kind = reader.kind();
  seen.mime = reader.mime();
  if (seen.kind == Kind::Remote) seen.address = reader.address();
  return seen;
}

TEST(ImageUrlTest, TellsInlineFromRemoteHoweverItIsCut) {
  for (const std::size_t size : {std::size_t{1000}, std::size_t{1}, std::size_t{3}}) {
    const Seen png = read("data:image/png;base64,iVBORw0KGgo=", size);
    EXPECT_EQ(png.kind, Kind::Inline);
    EXPECT_EQ(png.mime, "image/png");
    EXPECT_EQ(png.data, "iVBORw0KGgo=");
    EXPECT_EQ(read("data:image/webp;charset=x;base64,AA", size).mime, "image/webp");
    EXPECT_EQ(read("data:;base64,AA", size).mime, "");
    EXPECT_EQ(read("https://x.example/a,b", size).address, "https://x.example/a,b");
    EXPECT_EQ(read("https://x.example/a,b", size).data, "");
    EXPECT_EQ(read("iVBORw0KGgo=", size).data, "iVBORw0KGgo=") << "base64 without a beginning";
    EXPECT_EQ(read("dGhlIGI=", size).data, "dGhlIGI=") << "which begins like the scheme";
    EXPECT_EQ(read("da", size).data, "da");
    EXPECT_EQ(read("data:image/svg+xml,<svg/>", size).kind, Kind::Unusable);
    EXPECT_EQ(read("data:", size).kind, Kind::Unusable);
    EXPECT_EQ(read("", size).kind, Kind::Undecided);
  }
}

TEST(ImageUrlTest, HoldsNoMoreThanItsLimits) {
  const std::string close(ImageUrl::prefix_size_max - 13, 'x');
  EXPECT_EQ(read("data:" + close + ";base64,AA", 1000).kind, Kind::Inline);
  EXPECT_EQ(read("data:" + close + "x;base64,AA", 1000).kind, Kind::Unusable);
  const std::string address = "http" + std::string(ImageUrl::address_size_max - 4, 'x');
  EXPECT_EQ(read(address, 1000).kind, Kind::Remote);
  EXPECT_EQ(read(address + "x", 1000).kind, Kind::Unusable);
}

TEST(ImageUrlTest, IsReadyForAnotherOneAfterReset) {
  std::string data;
  ImageUrl reader([&](std::string_view base64) { data += base64; });
  reader.write("https://x.example/");
  reader.finish();
  reader.reset();
  reader.write("data:image/png;base64,AA");
  reader.finish();
  EXPECT_EQ(reader.kind(), Kind::Inline);
  EXPECT_EQ(data, "AA");
}

}  // namespace
}  // namespace shared
