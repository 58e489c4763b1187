// What crosses the socket comes out as it went in; and what is no frame is told from one.
#include "host/worker/wire_action.hpp"
#include "host/worker/wire_input.hpp"
#include "host/worker/wire_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace patchbay::host::wire {
namespace {

patchbay_str str(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view(const patchbay_str& text) {
  return {text.ptr, static_cast<std::size_t>(text.len)};
}
std::string body_of(Writer& writer) {
  return writer.take().substr(sizeof(Head));
}

// The action as the host reads it.
struct Crossed {
  Crossed(const patchbay_action& action, Lent lent = {}) {
    Writer writer(Kind::Action, lent);
    problem = write_action(writer, action);
    body = body_of(writer);
    Reader reader(body, lent);
    whole = problem.empty() && read.read(reader);
  }
  template <typename Payload>
  const Payload& payload() const {
    return *static_cast<const Payload*>(read.get().payload);
  }

  std::string problem;
  std::string body;
  ReadAction read;
  bool whole = false;
};

patchbay_action action_of(std::uint32_t kind, const void* payload) {
  return {sizeof(patchbay_action), kind, 7, payload};
}

TEST(WireTest, ARequestCrossesWhole) {
  const patchbay_input_part text{sizeof(text), PATCHBAY_PART_TEXT, 0, 0, str("a striped horse")};
  const patchbay_input_part image{sizeof(image), PATCHBAY_PART_IMAGE, 1, 0, {}};
  const std::array<const patchbay_input_part*, 2> parts{&text, &image};
  const patchbay_message message{sizeof(message), PATCHBAY_ROLE_USER, parts.data(), parts.size()};
  const std::array<const patchbay_message*, 1> messages{&message};
  const patchbay_blob blob{sizeof(blob), 640, 480, 0, 12345, str("image/png")};
  const std::array<const patchbay_blob*, 1> blobs{&blob};
  const std::array<patchbay_kv, 1> params{patchbay_kv{str("size"), str("64x64")}};
  patchbay_request request{};
  request.struct_size = sizeof(request);
  request.operation = PATCHBAY_OP_IMAGE;
  request.model = str("stripes-1");
  request.auth_type = str("bearer");
  request.messages = messages.data();
  request.message_count = messages.size();
  request.blobs = blobs.data();
  request.blob_count = blobs.size();
  request.params = params.data();
  request.param_count = params.size();
  request.random = 0x1122334455667788U;

  Writer writer(Kind::Open);
  write_request(writer, request);
  const std::string body = body_of(writer);
  Reader reader(body);
  ReadRequest read;
  ASSERT_TRUE(read.read(reader));
  const patchbay_request& got = read.get();
  EXPECT_EQ(got.operation, request.operation);
  EXPECT_EQ(view(got.model), "stripes-1");
  EXPECT_EQ(view(got.auth_type), "bearer");
  ASSERT_EQ(got.message_count, 1U);
  ASSERT_EQ(got.messages[0]->part_count, 2U);
  EXPECT_EQ(got.messages[0]->role, PATCHBAY_ROLE_USER);
  EXPECT_EQ(view(got.messages[0]->parts[0]->text), "a striped horse");
  EXPECT_EQ(got.messages[0]->parts[1]->blob_index, 1U);
  ASSERT_EQ(got.blob_count, 1U);
  EXPECT_EQ(got.blobs[0]->width, 640U);
  EXPECT_EQ(got.blobs[0]->size, 12345U);
  ASSERT_EQ(got.param_count, 1U);
  EXPECT_EQ(view(got.params[0].value), "64x64");
  EXPECT_EQ(got.setting_count, 0U);
  EXPECT_EQ(got.random, request.random);
}

TEST(WireTest, EveryInputCrossesWhole) {
  const std::array<patchbay_kv, 1> headers{patchbay_kv{str("content-type"), str("text/plain")}};
  const patchbay_http_head head{sizeof(head), 429, headers.data(), headers.size()};
  const patchbay_http_fail failure{sizeof(failure), PATCHBAY_FAIL_TIMEOUT, 1, 0, str("too late")};
  const auto crossed =
      [](std::uint32_t kind, const void* payload, std::string& body, ReadInput& read) {
        const patchbay_input input{sizeof(input), kind, 3, 1700000000000U, payload};
        Writer writer(Kind::Feed);
        write_input(writer, input);
        body = body_of(writer);
        Reader reader(body);
        return read.read(reader) && read.get().kind == kind && read.get().id == 3 &&
               read.get().now_unix_ms == 1700000000000U;
      };
  std::string body;
  ReadInput read_head;
  ASSERT_TRUE(crossed(PATCHBAY_IN_HTTP_HEAD, &head, body, read_head));
  const auto& got = *static_cast<const patchbay_http_head*>(read_head.get().payload);
  EXPECT_EQ(got.status, 429U);
  ASSERT_EQ(got.header_count, 1U);
  EXPECT_EQ(view(got.headers[0].value), "text/plain");
  ReadInput read_failure;
  ASSERT_TRUE(crossed(PATCHBAY_IN_HTTP_FAIL, &failure, body, read_failure));
  EXPECT_EQ(static_cast<const patchbay_http_fail*>(read_failure.get().payload)->sent, 1U);
  for (const std::uint32_t kind :
       {PATCHBAY_IN_START, PATCHBAY_IN_HTTP_END, PATCHBAY_IN_TIMER, PATCHBAY_IN_CANCEL}) {
    ReadInput read;
    EXPECT_TRUE(crossed(kind, nullptr, body, read));
    EXPECT_EQ(read.get().payload, nullptr);
  }
}

TEST(WireTest, APieceOfTheAnswerCrossesOnce) {
  const std::string answer(4096, 'x');
  patchbay_part part{};
  part.struct_size = sizeof(part);
  part.index = 2;
  part.kind = PATCHBAY_PART_IMAGE;
  part.belongs_to = PATCHBAY_NO_PART;
  part.data = {reinterpret_cast<const std::uint8_t*>(answer.data()) + 16, 4000};
  const Crossed crossed(action_of(PATCHBAY_ACT_PART, &part), answer);
  ASSERT_TRUE(crossed.whole);
  EXPECT_LT(crossed.body.size(), 200U);
  EXPECT_EQ(crossed.payload<patchbay_part>().data.ptr, part.data.ptr);
  EXPECT_EQ(crossed.payload<patchbay_part>().data.len, 4000U);
  EXPECT_EQ(crossed.payload<patchbay_part>().index, 2U);
}

TEST(WireTest, WhatWasNeverLentIsRefused) {
  const std::string answer(4096, 'x');
  patchbay_part part{};
  part.struct_size = sizeof(part);
  part.data = {reinterpret_cast<const std::uint8_t*>(answer.data()), answer.size()};
  Writer writer(Kind::Action, answer);
  ASSERT_EQ(write_action(writer, action_of(PATCHBAY_ACT_PART, &part)), "");
  const std::string body = body_of(writer);
  Reader reader(body, std::string_view(answer).substr(1));
  ReadAction read;
  EXPECT_FALSE(read.read(reader));
}

TEST(WireTest, ANullPointerWithALengthStaysOne) {
  patchbay_model model{};
  model.struct_size = sizeof(model);
  model.id = {nullptr, 5};
  const Crossed crossed(action_of(PATCHBAY_ACT_MODEL, &model));
  ASSERT_TRUE(crossed.whole);
  EXPECT_EQ(crossed.payload<patchbay_model>().id.ptr, nullptr);
  EXPECT_EQ(crossed.payload<patchbay_model>().id.len, 5U);
}

TEST(WireTest, PayloadsThatAreNoneAreNamed) {
  const std::uint32_t short_part = 4;
  EXPECT_EQ(Crossed(action_of(PATCHBAY_ACT_PART, nullptr)).problem, "PART without payload");
  EXPECT_EQ(Crossed(action_of(PATCHBAY_ACT_PART, &short_part)).problem,
            "PART with a struct_size of 4");
  patchbay_http_request http{};
  http.struct_size = sizeof(http);
  http.header_count = std::uint64_t{1} << 40U;
  EXPECT_THAT(Crossed(action_of(PATCHBAY_ACT_HTTP, &http)).problem,
              ::testing::HasSubstr("a wrong list of 1099511627776 headers"));
}

TEST(WireTest, UnknownActionsCrossWithoutPayload) {
  const Crossed crossed(action_of(99, &crossed));
  ASSERT_TRUE(crossed.whole);
  EXPECT_EQ(crossed.read.get().kind, 99U);
  EXPECT_EQ(crossed.read.get().payload, nullptr);
}

TEST(WireTest, EveryCutOfAFrameIsTold) {
  patchbay_failure failure{};
  failure.struct_size = sizeof(failure);
  failure.category = PATCHBAY_ERR_RATE;
  failure.message = str("too fast");
  const Crossed whole(action_of(PATCHBAY_ACT_ERROR, &failure));
  ASSERT_TRUE(whole.whole);
  for (std::size_t size = 0; size < whole.body.size(); ++size) {
    Reader reader(std::string_view(whole.body).substr(0, size));
    ReadAction read;
    EXPECT_FALSE(read.read(reader)) << size;
  }
  const std::string more = whole.body + "x";
  Reader longer(more);
  ReadAction read;
  EXPECT_FALSE(read.read(longer));
}

}  // namespace
}  // namespace patchbay::host::wire
