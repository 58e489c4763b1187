#include "core/media/base64_decoder.hpp"
#include "core/media/base64_encoder.hpp"
#include "core/media/base64_kernel.hpp"
#include "core/media/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace patchbay::media {
namespace {

using testing::HasSubstr;

// What a decoder made of a text: its bytes, or "error: " and the message.
std::string decoded(const std::vector<std::string_view>& pieces,
                    DecodeGroups decode_groups = decode_groups_scalar) {
  Base64Decoder decoder(decode_groups);
  std::string bytes;
  const auto append = [&](const Result<std::size_t>& count, std::span<const std::uint8_t> from) {
    if (count.ok())
      bytes.append(reinterpret_cast<const char*>(from.data()), count.value());
    else
      bytes = "error: " + count.error().message;
    return count.ok();
  };
  for (const std::string_view piece : pieces) {
    std::vector<std::uint8_t> out(Base64Decoder::decoded_size_max(piece.size()));
    if (!append(decoder.write(piece, out), out)) return bytes;
  }
  std::vector<std::uint8_t> out(3);
  append(decoder.finish(out), out);
  return bytes;
}

std::string decoded(std::string_view text) {
  return decoded(std::vector{text});
}

std::string encoded(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '?');
  base64_encode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, text);
  return text;
}

std::string random_bytes(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.next());
  return bytes;
}

TEST(Base64Test, AgreesWithTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encoded(bytes), text);
    EXPECT_EQ(decoded(text), bytes);
  }
  EXPECT_EQ(encoded(""), "");
}

TEST(Base64DecoderTest, ToleratesWhatProvidersSend) {
  EXPECT_EQ(decoded("+/+/"), "\xfb\xff\xbf");
  EXPECT_EQ(decoded("-_-_"), "\xfb\xff\xbf");
  EXPECT_EQ(decoded("-/+_"), "\xfb\xff\xbf");
  EXPECT_EQ(decoded("+\\/+\\/"), "\xfb\xff\xbf");
  EXPECT_EQ(decoded(" Zm9v\r\nYm\tFy\n "), "foobar");
  EXPECT_EQ(decoded("Zg"), "f");
  EXPECT_EQ(decoded("Zm8"), "fo");
  EXPECT_EQ(decoded("Zg="), "f");
  EXPECT_EQ(decoded("Zg= =\n"), "f");
  EXPECT_EQ(decoded("data:image/png;base64,Zm9v"), "foo");
  EXPECT_EQ(decoded("DATA:image\\/svg+xml;charset=utf-8;BASE64,Zm9v"), "foo");
  EXPECT_EQ(decoded("\n data:;base64,Zm9v"), "foo");
}

TEST(Base64DecoderTest, TakesTheWordDataForBase64WhereNoPrefixFollows) {
  EXPECT_EQ(decoded("data"), "\x75\xab\x5a");
  EXPECT_EQ(decoded("dat="), "\x75\xab");
  EXPECT_EQ(decoded("dataZm9v"),
            "\x75\xab\x5a"
            "foo");
  EXPECT_EQ(decoded({"dat", "a", "Zm9v"}),
            "\x75\xab\x5a"
            "foo");
}

TEST(Base64DecoderTest, RefusesWhatIsNoBase64) {
  EXPECT_THAT(decoded("Zm9v!Zm9"),
              HasSubstr("at character 4, '!', which is in no base64 alphabet"));
  EXPECT_THAT(decoded("Zm\xc3\xa4"), HasSubstr("at character 2, 0xc3"));
  EXPECT_THAT(decoded("Zm9v\\nZm9v"), HasSubstr("a backslash before 'n'"));
  EXPECT_THAT(decoded("Zg==Zg=="), HasSubstr("at character 4, 'Z' after the padding"));
  EXPECT_THAT(decoded("Zg==="), HasSubstr("more padding"));
  EXPECT_THAT(decoded("Zm9v="), HasSubstr("nothing to pad"));
  EXPECT_THAT(decoded("Z==="), HasSubstr("nothing to pad"));
  EXPECT_THAT(decoded("data:text/html,<p>"), HasSubstr("not base64"));
  EXPECT_THAT(decoded("data:base64;x,Zm9v"), HasSubstr("not base64"));
}

TEST(Base64DecoderTest, RefusesATextCutOffOrEmpty) {
  EXPECT_THAT(decoded("Zm9vZ"), HasSubstr("cut off"));
  EXPECT_THAT(decoded("Zm9v\\"), HasSubstr("cut off"));
  EXPECT_THAT(decoded(""), HasSubstr("nothing"));
  EXPECT_THAT(decoded(" \n"), HasSubstr("nothing"));
  EXPECT_THAT(decoded("data:image/png;base64,"), HasSubstr("nothing"));
  EXPECT_THAT(decoded("data:image/png"), HasSubstr("nothing"));
}

TEST(Base64DecoderTest, LimitsThePrefix) {
  const auto with_prefix_of = [](std::size_t size) {
    return "data:" + std::string(size - 13, 'x') + ";base64,Zm9v";
  };
  EXPECT_EQ(decoded(with_prefix_of(Base64Decoder::prefix_size_max)), "foo");
  EXPECT_THAT(decoded(with_prefix_of(Base64Decoder::prefix_size_max + 1)),
              HasSubstr("longer than"));
}

TEST(Base64DecoderTest, KeepsItsErrorForLater) {
  Base64Decoder decoder;
  std::vector<std::uint8_t> out(64);
  const std::string message = decoder.write("Zm9v*", out).error().message;
  EXPECT_EQ(decoder.write("Zm9v", out).error().message, message);
  EXPECT_EQ(decoder.finish(out).error().message, message);
}

// Every text in two pieces at every place, and in pieces of one character, gives the same bytes or
// the same error.
TEST(Base64DecoderTest, GivesTheSameHoweverTheTextIsSplit) {
  const std::vector<std::string> texts = {
      "Zm9vYmFy",
      "Zg==",
      "Zg= =",
      " Zm\r\n9v\\/w==",
      "data:image/png;base64,Zm9vYg",
      "dataZm9v",
      "data",
      "dat",
      "da!",
      "Zm9vZ",
      "Zm9v\\",
      "Zm9v\\x",
      "Zm9v*Zm9v",
      "Zg==Z",
      "Zg===",
      "Z=",
      "data:text/html,x",
      "data:x",
      " ",
      encoded(random_bytes(200, 7)),
      encoded(random_bytes(100, 7)) + "!",
      encoded(random_bytes(99, 8)) + "\\" + encoded(random_bytes(50, 9))};
  for (const DecodeGroups decode_groups :
       {DecodeGroups{decode_groups_scalar}, decode_groups_avx2()}) {
    if (decode_groups == nullptr) continue;
    for (const std::string_view text : texts) {
      const std::string whole = decoded({text}, decode_groups);
      std::vector<std::string_view> characters;
      for (std::size_t at = 0; at < text.size(); ++at) {
        characters.push_back(text.substr(at, 1));
        ASSERT_EQ(decoded({text.substr(0, at), text.substr(at)}, decode_groups), whole)
            << text << " at " << at;
      }
      ASSERT_EQ(decoded(characters, decode_groups), whole) << text;
    }
  }
}

TEST(Base64DecoderTest, NeverWritesBeyondItsBound) {
  const std::string text = encoded(random_bytes(300, 3));
  for (std::size_t size = 0; size < text.size(); ++size) {
    Base64Decoder decoder;
    const std::size_t bound = Base64Decoder::decoded_size_max(size);
    std::vector<std::uint8_t> out(bound + 64, 0xA5);
    const Result<std::size_t> written =
        decoder.write(std::string_view(text).substr(0, size), std::span(out).first(bound));
    ASSERT_TRUE(written.ok());
    ASSERT_EQ(written.value(), size / 4 * 3);
    for (std::size_t i = bound; i < out.size(); ++i) ASSERT_EQ(out[i], 0xA5) << size;
  }
}

TEST(Base64KernelTest, BothDecodersAgreeOnGoodAndBadText) {
  const DecodeGroups fast = decode_groups_avx2();
  if (fast == nullptr) GTEST_SKIP() << "this processor has no AVX2";
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
  Random random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random.below(200), 'A');
    for (char& character : text) character = alphabet[random.below(alphabet.size())];
    if (round % 2 == 1 && !text.empty())
      text[random.below(text.size())] = static_cast<char>(random.next());
    const std::size_t room = random.below(4) == 0 ? random.below(160) : 160;
    std::vector<std::uint8_t> slow_out(room);
    std::vector<std::uint8_t> fast_out(room);
    const DecodedRun slow_run = decode_groups_scalar(text, slow_out);
    const DecodedRun fast_run = fast(text, fast_out);
    ASSERT_EQ(slow_run.read, fast_run.read) << text;
    ASSERT_EQ(slow_run.written, fast_run.written) << text;
    slow_out.resize(slow_run.written);
    fast_out.resize(fast_run.written);
    ASSERT_EQ(slow_out, fast_out) << text;
  }
}

TEST(Base64KernelTest, BothDecodersAgreeOnEveryCharacterInEveryPlace) {
  const DecodeGroups fast = decode_groups_avx2();
  if (fast == nullptr) GTEST_SKIP() << "this processor has no AVX2";
  for (std::size_t place = 0; place < 64; ++place) {
    for (int value = 0; value < 256; ++value) {
      std::string text(64, 'b');
      text[place] = static_cast<char>(value);
      std::vector<std::uint8_t> slow_out(80);
      std::vector<std::uint8_t> fast_out(80);
      const DecodedRun slow_run = decode_groups_scalar(text, slow_out);
      const DecodedRun fast_run = fast(text, fast_out);
      ASSERT_EQ(slow_run.read, fast_run.read) << value << " at " << place;
      slow_out.resize(slow_run.written);
      fast_out.resize(slow_run.written);
      ASSERT_EQ(slow_out, fast_out) << value << " at " << place;
    }
  }
}

TEST(Base64KernelTest, BothEncodersAgree) {
  const EncodeGroups fast = encode_groups_avx2();
  if (fast == nullptr) GTEST_SKIP() << "this processor has no AVX2";
  for (std::size_t size = 0; size < 400; ++size) {
    const std::string bytes = random_bytes(size, size);
    const std::span<const std::uint8_t> in{reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                           bytes.size()};
    std::string slow_out(size / 3 * 4, '?');
    std::string fast_out(size / 3 * 4, '?');
    ASSERT_EQ(encode_groups_scalar(in, slow_out), size / 3 * 3);
    ASSERT_EQ(fast(in, fast_out), size / 3 * 3);
    ASSERT_EQ(slow_out, fast_out) << size;
  }
}

TEST(Base64Test, ReturnsWhatItWasGivenForEverySize) {
  for (std::size_t size = 1; size < 300; ++size) {
    const std::string bytes = random_bytes(size, size);
    ASSERT_EQ(decoded(encoded(bytes)), bytes) << size;
  }
}

TEST(Base64EncoderTest, PiecesOfMultiplesOfThreeJoin) {
  const std::string bytes = random_bytes(1000, 5);
  std::string joined_text;
  for (std::size_t at = 0; at < bytes.size(); at += 99)
    joined_text += encoded(bytes.substr(at, 99));
  EXPECT_EQ(joined_text, encoded(bytes));
}

}  // namespace
}  // namespace patchbay::media
