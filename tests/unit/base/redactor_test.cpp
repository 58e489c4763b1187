#include "core/base/redactor.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace patchbay {
namespace {

// Has characters that URL, JSON and base64 forms treat specially, and bits that become both of the
// characters in which base64 alphabets differ.
const std::string secret_text = "p/q\"r\\s t+u&v~\xC3\xBF\xC3\xBE~?>>?";

SecretBytes secret_of(std::string_view text) {
  return SecretBytes::copy_of(text).value();
}

std::string base64(std::string_view bytes, std::string_view last_two) {
  const std::string alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + std::string(last_two);
  std::string out;
  unsigned value = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    value = (value << 8U) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) out += alphabet[(value >> (bits - 6)) & 63U];
  }
  if (bits > 0) out += alphabet[(value << (6 - bits)) & 63U];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string hex(std::string_view bytes, std::string_view digits) {
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

class RedactorTest : public testing::Test {
 protected:
  // The text in which the secret stands in some form must keep its ends and lose the form.
  void expect_hidden(const std::string& form) {
    const std::string text = "before " + form + " after";
    EXPECT_TRUE(redactor_.contains_secret(text)) << form;
    EXPECT_EQ(redactor_.redact(text), "before [redacted] after") << form;
  }

  Redactor redactor_;
};

TEST_F(RedactorTest, HidesTheSecretItself) {
  const auto registration = redactor_.add(secret_of(secret_text)).value();
  expect_hidden(secret_text);
}

TEST_F(RedactorTest, HidesTheFormInUrls) {
  const auto registration = redactor_.add(secret_of(secret_text)).value();
  expect_hidden("p%2Fq%22r%5Cs%20t%2Bu%26v~%C3%BF%C3%BE~%3F%3E%3E%3F");
}

TEST_F(RedactorTest, HidesTheFormInJson) {
  const auto registration = redactor_.add(secret_of(secret_text)).value();
  expect_hidden("p\\/q\\\"r\\\\s t+u&v~\xC3\xBF\xC3\xBE~?>>?");
}

TEST_F(RedactorTest, HidesBothHexForms) {
  const auto registration = redactor_.add(secret_of(secret_text)).value();
  expect_hidden(hex(secret_text, "0123456789abcdef"));
  expect_hidden(hex(secret_text, "0123456789ABCDEF"));
}

TEST_F(RedactorTest, HidesBase64WhereverTheSecretStandsInTheEncodedText) {
  const auto registration = redactor_.add(secret_of(secret_text)).value();
  for (const std::string prefix : {"", "x", "xy", "xyz", "user:"}) {
    const std::string encoded = base64(prefix + secret_text + "tail", "+/");
    EXPECT_TRUE(redactor_.contains_secret(encoded)) << prefix;
    // All but what mixes the secret's bits with its neighbours' is gone.
    EXPECT_LT(redactor_.redact(encoded).size(), prefix.size() * 2 + 24) << prefix;
  }
}

TEST_F(RedactorTest, HidesUrlSafeBase64) {
  const auto registration = redactor_.add(secret_of(secret_text)).value();
  for (const std::string prefix : {"", "x", "xy"}) {
    const std::string encoded = base64(prefix + secret_text + "tail", "-_");
    ASSERT_NE(encoded, base64(prefix + secret_text + "tail", "+/"));
    EXPECT_TRUE(redactor_.contains_secret(encoded)) << prefix;
  }
}

TEST_F(RedactorTest, HidesEveryOccurrenceOfEverySecret) {
  const auto first = redactor_.add(secret_of("banana-1")).value();
  const auto second = redactor_.add(secret_of("coconut-2")).value();
  EXPECT_EQ(redactor_.redact("banana-1 x coconut-2 y banana-1"),
            "[redacted] x [redacted] y [redacted]");
}

TEST_F(RedactorTest, LeavesNoPieceOfOverlappingSecrets) {
  const auto first = redactor_.add(secret_of("abcdefgh")).value();
  const auto second = redactor_.add(secret_of("efghijkl")).value();
  EXPECT_EQ(redactor_.redact("-abcdefghijkl-"), "-[redacted]-");
}

TEST_F(RedactorTest, ForgetsASecretThatIsReleased) {
  {
    const auto registration = redactor_.add(secret_of("banana-1")).value();
    EXPECT_TRUE(redactor_.contains_secret("banana-1"));
  }
  EXPECT_FALSE(redactor_.contains_secret("banana-1"));
  EXPECT_EQ(redactor_.redact("banana-1"), "banana-1");
}

TEST_F(RedactorTest, KeepsTheSecretHiddenWhenItsRegistrationMoves) {
  auto registration = redactor_.add(secret_of("banana-1")).value();
  const Redactor::Registration moved = std::move(registration);
  EXPECT_TRUE(redactor_.contains_secret("banana-1"));
}

TEST_F(RedactorTest, CountsTheSameSecretTwice) {
  const auto first = redactor_.add(secret_of("banana-1")).value();
  {
    const auto second = redactor_.add(secret_of("banana-1")).value();
  }
  EXPECT_TRUE(redactor_.contains_secret("banana-1"));
}

TEST_F(RedactorTest, DoesNotBlotOutWordsForVeryShortSecrets) {
  const auto short_one = redactor_.add(secret_of("error")).value();
  EXPECT_EQ(redactor_.redact("error: disk"), "error: disk");
  const auto long_enough = redactor_.add(secret_of("errors")).value();
  EXPECT_EQ(redactor_.redact("errors: disk"), "[redacted]: disk");
}

TEST_F(RedactorTest, KnowsTheShapesOfWellKnownCredentials) {
  const std::string google = "AIza" + std::string(35, 'x');
  EXPECT_EQ(redactor_.redact("key=" + google + "&alt=json"), "key=[redacted]&alt=json");
  EXPECT_EQ(redactor_.redact("sk-or-v1-" + std::string(64, 'a') + " rejected"),
            "[redacted] rejected");
  EXPECT_EQ(redactor_.redact("Bearer sk-" + std::string(40, 'b')), "Bearer [redacted]");
}

TEST_F(RedactorTest, LeavesOrdinaryWordsAlone) {
  const std::string ordinary = "task-oriented AIza sk-short, mask-or-not: nothing here";
  EXPECT_EQ(redactor_.redact(ordinary), ordinary);
  EXPECT_EQ(redactor_.redact(""), "");
}

TEST_F(RedactorTest, ServesSeveralThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([this, i] {
      const std::string mine = "thread-secret-" + std::to_string(i);
      for (int round = 0; round < 50; ++round) {
        const auto registration = redactor_.add(secret_of(mine)).value();
        EXPECT_EQ(redactor_.redact(mine), "[redacted]");
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(redactor_.contains_secret("thread-secret-0"));
}

TEST_F(RedactorTest, HidesASecretThatWasCutAtTheEnd) {
  const auto registration = redactor_.add(secret_of("0123456789abcdefghijklmnop")).value();
  EXPECT_EQ(redactor_.redact("it says 0123456789abcdefghijklmno"), "it says [redacted]");
  EXPECT_EQ(redactor_.redact("it says 012345"), "it says [redacted]");
  EXPECT_EQ(redactor_.redact("it says 01234"), "it says 01234");
}

TEST_F(RedactorTest, HidesALongBeginningAnywhere) {
  const auto registration = redactor_.add(secret_of("0123456789abcdefghijklmnop")).value();
  EXPECT_EQ(redactor_.redact("cut 0123456789abcd… (STOP)"), "cut [redacted]… (STOP)");
  EXPECT_EQ(redactor_.redact("cut 0123456789 (STOP)"), "cut 0123456789 (STOP)");
}

TEST_F(RedactorTest, LeavesContentThatOnlyLooksLikeASecret) {
  const auto registration = redactor_.add(secret_of("0123456789abcdefghijklmnop")).value();
  const std::string example = "keys look like AIzaSyA0123456789012345678901234567890";
  EXPECT_EQ(redactor_.redact_content(example), example);
}

TEST_F(RedactorTest, HidesASecretInAStreamWhereverItIsCut) {
  const std::string secret = "0123456789abcdefghijklmnop";
  const auto registration = redactor_.add(secret_of(secret)).value();
  const std::string text = "before " + secret + " after 0123";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    RedactedStream stream(redactor_);
    std::string out = stream.write(std::string_view(text).substr(0, cut));
    out += stream.write(std::string_view(text).substr(cut));
    out += stream.finish();
    EXPECT_EQ(out, "before [redacted] after 0123") << cut;
  }
}

}  // namespace
}  // namespace patchbay
