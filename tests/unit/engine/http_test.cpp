// Attempts over real sockets.
#include "core/crypto/encoding.hpp"
#include "host/engine/file_blob.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/unit/engine/engine_fixture.hpp"

#include <gmock/gmock.h>

namespace patchbay::testing {
namespace {

using ::testing::HasSubstr;

class HttpAttemptTest : public EngineTest {
 protected:
  void serve(LoopbackServer::Handler handler) {
    server_.emplace(std::move(handler));
    candidate_.provider.endpoint_url = server_->url() + "/v1";
    candidate_.provider.settings["allow_private"] = "1";
    allowed_origins_ = {server_->url()};
    auto made = net::HttpClient::create(loop_, {});
    ASSERT_TRUE(made.ok());
    real_client_ = std::move(made).value();
    client_ = real_client_.get();
  }

  void TearDown() override { attempt_.reset(); }

  std::optional<LoopbackServer> server_;
  std::unique_ptr<net::HttpClient> real_client_;
};

TEST_F(HttpAttemptTest, SendsInputsEncodedAndReceivesMegabytes) {
  const std::string answer(3'000'000, 'i');
  serve([&](const net::ServerRequest&, const std::shared_ptr<net::Responder>& responder) {
    responder->answer(200, "application/octet-stream", answer);
  });
  request_.blobs.push_back(std::make_shared<host::MemoryBlob>(std::string(300'000, '\0')));
  script([](ScriptedSession& session, const patchbay_input& input) {
    static constexpr std::string_view prefix = "{\"data\":\"";
    if (input.kind != PATCHBAY_IN_START) {
      pass_image_through(session, input);
      return;
    }
    session.http_segments(
        1,
        "/images",
        {patchbay_segment{PATCHBAY_SEG_BYTES,
                          0,
                          {reinterpret_cast<const std::uint8_t*>(prefix.data()), prefix.size()}},
         patchbay_segment{PATCHBAY_SEG_BLOB_BASE64, 0, {nullptr, 0}}});
    session.awaited = 1;
  });
  const host::AttemptOutcome outcome = run();
  ASSERT_TRUE(outcome.ok()) << outcome.failure->message;
  EXPECT_EQ(sink_.parts.at(0).data, answer);
  const auto requests = server_->requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].body, "{\"data\":\"" + std::string(400'000, 'A'));
  EXPECT_EQ(requests[0].header("authorization"), "Bearer " + std::string(test_key));
  EXPECT_EQ(requests[0].path, "/v1/images");
  EXPECT_EQ(outcome.bytes_sent, 400'009U);
}

TEST_F(HttpAttemptTest, FollowsNoRedirect) {
  LoopbackServer other(
      [](const net::ServerRequest&, const std::shared_ptr<net::Responder>& responder) {
        responder->answer(200, "text/plain", "stolen");
      });
  serve([&](const net::ServerRequest&, const std::shared_ptr<net::Responder>& responder) {
    responder->begin(302, {{"location", other.url() + "/"}, {"content-length", "0"}});
    responder->finish();
  });
  unsigned status = 0;
  script([&status](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_HTTP_HEAD)
      status = static_cast<const patchbay_http_head*>(input.payload)->status;
    pass_image_through(session, input);
  });
  (void)run();
  EXPECT_EQ(status, 302U);
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(HttpAttemptTest, PrivateAddressIsRefusedUnlessAllowed) {
  serve([](const net::ServerRequest&, const std::shared_ptr<net::Responder>& responder) {
    responder->answer(200, "text/plain", "x");
  });
  candidate_.provider.endpoint_url = "https://127.0.0.1:" + std::to_string(server_->port());
  allowed_origins_ = {candidate_.provider.endpoint_url};
  candidate_.provider.settings.clear();
  script(pass_image_through);
  const host::Failure failure = run_failing();
  EXPECT_EQ(failure.billed, host::Billed::No);
  EXPECT_THAT(failure.message, HasSubstr("private"));
  EXPECT_TRUE(server_->requests().empty());
}

TEST_F(HttpAttemptTest, ConnectionCutWithinTheBodyFailsAndMayBeBilled) {
  serve([](const net::ServerRequest&, const std::shared_ptr<net::Responder>& responder) {
    responder->begin(200, {{"content-length", "1000"}});
    responder->write("half", [responder] { responder->abort(); });
  });
  script(pass_image_through);
  const host::Failure failure = run_failing();
  EXPECT_EQ(failure.category, host::Category::Network);
  EXPECT_NE(failure.billed, host::Billed::No);
  EXPECT_EQ(server_->requests().size(), 1U) << "a POST was repeated";
}

TEST_F(HttpAttemptTest, ReadsTwoAnswersInTheAdaptersOrder) {
  const std::string large(2'000'000, 'a');
  serve([&](const net::ServerRequest& request, const std::shared_ptr<net::Responder>& responder) {
    responder->answer(200, "text/plain", request.path == "/v1/a" ? large : "b");
  });
  std::string order;
  script([&order](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) {
      HttpOptions get;
      get.method = "GET";
      session.http(1, "/a", get);
      session.http(2, "/b", get);
      session.awaited = 2;
    }
    if (input.kind == PATCHBAY_IN_HTTP_DATA) {
      const auto& bytes = *static_cast<const patchbay_bytes*>(input.payload);
      order.append(reinterpret_cast<const char*>(bytes.ptr), bytes.len);
    }
    if (input.kind == PATCHBAY_IN_HTTP_END && input.id == 2) session.awaited = 1;
    if (input.kind == PATCHBAY_IN_HTTP_END && input.id == 1) {
      session.part("image");
      session.done();
    }
  });
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(order, "b" + large);
}

TEST_F(HttpAttemptTest, SilentServerEndsAtTheDeadline) {
  std::vector<std::shared_ptr<net::Responder>> kept;
  serve([&kept](const net::ServerRequest&, const std::shared_ptr<net::Responder>& responder) {
    kept.push_back(responder);
  });
  deadline_ = std::chrono::milliseconds(150);
  script(pass_image_through);
  const auto before = clock_.steady();
  const host::Failure failure = run_failing();
  EXPECT_LT(clock_.steady() - before, deadline_ + std::chrono::seconds(1));
  EXPECT_EQ(failure.local_code, ErrorCode::Timeout);
  EXPECT_EQ(failure.billed, host::Billed::Unknown);
  server_->run([&kept] { kept.clear(); });
}

}  // namespace
}  // namespace patchbay::testing
