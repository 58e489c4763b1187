#include "host/emulator/body.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace patchbay::emulator {
namespace {

std::string drained(Body body, std::size_t size_max) {
  std::string text;
  for (std::string piece = body.next(size_max); !piece.empty(); piece = body.next(size_max))
    text += piece;
  return text;
}

std::shared_ptr<const std::string> bytes(std::string_view text) {
  return std::make_shared<const std::string>(text);
}

Body example() {
  Body body;
  body.add_text("<");
  body.add_base64(bytes("foobar?"));
  body.add_text(">");
  body.add_filler(100, 7);
  return body;
}

TEST(BodyTest, GivesTheSameTextInPiecesOfAnySize) {
  const std::string whole = drained(example(), 1'000);
  EXPECT_EQ(whole.substr(0, 14), "<Zm9vYmFyPw==>");
  EXPECT_EQ(whole.size(), example().size());
  for (const std::size_t size : {1U, 2U, 3U, 4U, 5U, 8U, 64U})
    EXPECT_EQ(drained(example(), size).substr(0, 14), whole.substr(0, 14)) << size;
}

TEST(BodyTest, CountsWhatIsLeft) {
  Body body = example();
  const std::uint64_t size = body.size();
  const std::string first = body.next(4);
  EXPECT_EQ(body.size() + first.size(), size);
}

TEST(BodyTest, ShowsAPartOfTheBytes) {
  Body body;
  body.add_base64(bytes("foobar"), 3);
  body.add_base64(bytes("foobar"), 0, 3);
  EXPECT_EQ(drained(body, 100), "YmFyZm9v");
}

TEST(BodyTest, CutsOffAtAnyCharacter) {
  const std::string whole = drained(example(), 1'000);
  for (std::uint64_t size = 0; size <= 14; ++size) {
    Body body = example();
    body.truncate(size);
    EXPECT_EQ(body.size(), size);
    EXPECT_EQ(drained(body, 1'000), whole.substr(0, static_cast<std::size_t>(size)));
  }
}

TEST(BodyTest, GoesOnAfterTheCut) {
  Body body = example();
  body.truncate(3);
  body.add_text("!");
  EXPECT_EQ(drained(body, 100), "<Zm!");
}

TEST(BodyTest, EscapesEverySlash) {
  Body body;
  body.add_text("image/png ");
  body.add_base64(bytes("\xff\xff\xff"));
  body.escape_slashes();
  EXPECT_EQ(drained(body, 100), R"(image\/png \/\/\/\/)");
}

TEST(BodyTest, PutsPicturesIntoTheirSlots) {
  std::vector<Body> slots(2);
  slots[0].add_base64(bytes("foo"));
  slots[1].add_text("second");
  json::Value value;
  value.set("b", Body::slot_mark(1));
  value.set("a", Body::slot_mark(0));
  value.set("unknown", Body::slot_mark(2));
  Body body;
  body.add_json(value, json::Layout::Compact, slots);
  EXPECT_EQ(drained(body, 100),
            R"({"b":"second","a":"Zm9v","unknown":")" + Body::slot_mark(2) + R"("})");
}

TEST(BodyTest, HoldsALargePictureOnce) {
  const auto picture = std::make_shared<const std::string>(std::size_t{3} << 20U, 'x');
  Body body;
  body.add_base64(picture);
  EXPECT_EQ(body.size(), std::uint64_t{4} << 20U);
  EXPECT_EQ(body.next(1'000).size(), 1'000U);
  EXPECT_EQ(picture.use_count(), 2);
}

}  // namespace
}  // namespace patchbay::emulator
