#include "core/net/response_head.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace patchbay::net {
namespace {

using State = ResponseHead::State;

State feed(ResponseHead& head, std::initializer_list<std::string_view> lines) {
  State state = State::Reading;
  for (const std::string_view line : lines) {
    state = head.add_line(std::string(line) + "\r\n");
    if (state == State::Failed) break;
  }
  return state;
}

TEST(ResponseHeadTest, GivesStatusAndHeadersInLowerCase) {
  ResponseHead head;
  EXPECT_EQ(feed(head, {"HTTP/1.1 404 Not Found", "Content-Type:  text/plain ", "X-Empty:", ""}),
            State::Complete);
  EXPECT_EQ(head.status(), 404U);
  ASSERT_EQ(head.headers().size(), 2U);
  EXPECT_EQ(head.headers()[0].name, "content-type");
  EXPECT_EQ(head.headers()[0].value, "text/plain");
  EXPECT_EQ(head.headers()[1].value, "");
}

TEST(ResponseHeadTest, PassesOverInterimAnswers) {
  ResponseHead head;
  EXPECT_EQ(feed(head, {"HTTP/1.1 100 Continue", "X-A: 1", "", "HTTP/1.1 103 Early Hints", ""}),
            State::Reading);
  EXPECT_FALSE(head.started());
  EXPECT_EQ(feed(head, {"HTTP/1.1 200 OK", "X-B: 2", ""}), State::Complete);
  ASSERT_EQ(head.headers().size(), 1U);
  EXPECT_EQ(head.headers()[0].name, "x-b");
}

TEST(ResponseHeadTest, DropsStateAndEchoes) {
  ResponseHead head("Api-Key");
  feed(head,
       {"HTTP/1.1 200 OK",
        "Set-Cookie: a=b",
        "Set-Cookie2: a",
        "X-Goog-Api-Key: k",
        "Authorization: Bearer k",
        "Proxy-Authenticate: Basic",
        "API-KEY: k",
        "WWW-Authenticate: Bearer",
        "Retry-After: 3",
        ""});
  ASSERT_EQ(head.headers().size(), 2U);
  EXPECT_EQ(head.headers()[0].name, "www-authenticate");
  EXPECT_EQ(head.headers()[1].name, "retry-after");
}

TEST(ResponseHeadTest, RefusesAmbiguousFraming) {
  for (const auto& lines : std::initializer_list<std::initializer_list<std::string_view>>{
           {"HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 5"},
           {"HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6"},
           {"HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked", ""},
           {"HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"},
           {"HTTP/1.1 200 OK", "Content-Length: -5"},
           {"HTTP/1.1 200 OK", "Content-Length: +5"},
           {"HTTP/1.1 200 OK", "Content-Length: 5, 5"},
           {"HTTP/1.1 200 OK", "Content-Length: 0x5"},
           {"HTTP/1.1 200 OK", "Content-Length:"},
           {"HTTP/1.1 200 OK", "Content-Length: 99999999999999999999"},
           {"HTTP/1.1 200 OK", "X-A: 1", " folded"},
           {"HTTP/1.1 200 OK", "no colon"},
           {"HTTP/1.1 200 OK", ": no name"},
           {"HTTP/1.1 200 OK", "X A: space in the name"},
           {"HTTP/1.1 200 OK", "Content-Length : 5"},
           {"HTTP/1.1 101 Switching Protocols", ""},
           {"HTTP/2 200"},
           {"HTTP/1.1 20"},
           {"HTTP/1.1 099 Low"},
           {"HTTP/1.1 2000 Long"},
           {"ICY 200 OK"},
           {""}}) {
    ResponseHead head;
    EXPECT_EQ(feed(head, lines), State::Failed) << *(lines.end() - 1);
    EXPECT_EQ(head.failure_kind(), NetFailureKind::Broken);
  }
}

TEST(ResponseHeadTest, RefusesEncodingsThatWereNotAskedFor) {
  for (const std::string_view line : {"Content-Encoding: gzip",
                                      "Content-Encoding: identity, gzip",
                                      "Content-Encoding: br",
                                      "Transfer-Encoding: gzip",
                                      "Transfer-Encoding: gzip, chunked"}) {
    ResponseHead head;
    EXPECT_EQ(feed(head, {"HTTP/1.1 200 OK", line}), State::Failed) << line;
    EXPECT_EQ(head.failure_kind(), NetFailureKind::Policy) << line;
  }
  ResponseHead plain;
  EXPECT_EQ(feed(plain, {"HTTP/1.1 200 OK", "Content-Encoding: Identity", ""}), State::Complete);
}

TEST(ResponseHeadTest, HoldsItsLineLimit) {
  for (const bool one_more : {false, true}) {
    ResponseHead head;
    State state = feed(head, {"HTTP/1.1 200 OK"});
    const std::size_t count = response_header_lines_max - 2 + (one_more ? 1 : 0);
    for (std::size_t i = 0; i < count; ++i) state = feed(head, {"X-A: 1"});
    EXPECT_EQ(state, State::Reading);
    state = feed(head, {""});
    EXPECT_EQ(state, one_more ? State::Failed : State::Complete);
    if (one_more) {
      EXPECT_EQ(head.failure_kind(), NetFailureKind::TooLarge);
    }
  }
}

TEST(ResponseHeadTest, HoldsItsSizeLimitOverInterimAnswersAndTrailersTogether) {
  ResponseHead head;
  const std::string line = "X-A: " + std::string(20'000, 'a');
  EXPECT_EQ(feed(head, {"HTTP/1.1 100 Continue", line, "", "HTTP/1.1 200 OK", line, ""}),
            State::Complete);
  EXPECT_EQ(feed(head, {line}), State::Complete);
  EXPECT_EQ(head.headers().size(), 1U) << "a trailer is no header";
  EXPECT_EQ(feed(head, {line}), State::Failed);
  EXPECT_EQ(head.failure_kind(), NetFailureKind::TooLarge);
}

TEST(ResponseHeadTest, RefusesZeroBytesInValues) {
  ResponseHead head;
  feed(head, {"HTTP/1.1 200 OK"});
  EXPECT_EQ(feed(head, {std::string_view("X-A: a\0b", 8)}), State::Failed);
}

}  // namespace
}  // namespace patchbay::net
