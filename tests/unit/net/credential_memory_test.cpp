// A program of its own: the allocator is the process's, and the server must be another process, or
// its copy of the credential would be found here.
#include "core/net/wiping_allocator.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/net/client_fixture.hpp"

#include <sys/wait.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace patchbay::testing {
namespace {

constexpr std::size_t canary_size = 32;
constexpr std::uint8_t mask = 0x15;

// Byte i of the canary, so that the whole of it stands nowhere but in what is tested.
constexpr std::uint8_t canary_byte(std::size_t i) {
  return static_cast<std::uint8_t>(0x41 + (i * 7 + 3) % 26);
}

SecretBytes make_canary() {
  SecretBytes secret = SecretBytes::allocate(canary_size).value();
  for (std::size_t i = 0; i < canary_size; ++i) secret.expose()[i] = canary_byte(i);
  return secret;
}

bool is_canary(const volatile std::uint8_t* bytes) {
  for (std::size_t i = 0; i < canary_size; ++i) {
    if ((bytes[i] ^ mask) != (canary_byte(i) ^ mask)) return false;
  }
  return true;
}

// In every writable page of this process.
std::size_t count_canaries() {
  std::size_t count = 0;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string rights;
    fields >> std::hex >> begin >> dash >> end >> rights;
    if (!rights.starts_with("rw")) continue;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(begin);
    for (std::size_t i = 0; i + canary_size <= end - begin; ++i) {
      if (bytes[i] == canary_byte(0) && is_canary(bytes + i)) ++count;
    }
  }
  return count;
}

// Serves in a child process until its standard input ends; the port comes back through a pipe.
class ServerProcess {
 public:
  explicit ServerProcess(const TestCertificate& certificate) {
    std::array<int, 2> ports{};
    std::array<int, 2> life{};
    if (::pipe(ports.data()) != 0 || ::pipe(life.data()) != 0) std::abort();
    child_ = ::fork();
    if (child_ == 0) {
      ::close(life[1]);
      serve(certificate, ports[1], life[0]);
    }
    ::close(ports[1]);
    ::close(life[0]);
    life_ = life[1];
    [[maybe_unused]] const ssize_t size = ::read(ports[0], &port_, sizeof port_);
    ::close(ports[0]);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess() {
    ::close(life_);
    ::waitpid(child_, nullptr, 0);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  [[noreturn]] static void serve(const TestCertificate& certificate, int ports, int life) {
    const LoopbackServer server(
        [](const net::ServerRequest& request, const std::shared_ptr<net::Responder>& responder) {
          const bool is_right = request.header("x-goog-api-key").size() == canary_size;
          responder->answer(is_right ? 200 : 401, "text/plain", "fine");
        },
        certificate);
    const std::uint16_t port = server.port();
    [[maybe_unused]] const ssize_t size = ::write(ports, &port, sizeof port);
    char byte = 0;
    [[maybe_unused]] const ssize_t end = ::read(life, &byte, 1);
    ::_exit(0);
  }

  pid_t child_ = -1;
  int life_ = -1;
  std::uint16_t port_ = 0;
};

class CredentialMemoryTest : public ClientTest {};

TEST_F(CredentialMemoryTest, NothingIsLeftOfTheCredentialAfterItsExchange) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's shadow memory cannot be searched";
#endif
  const TestCertificate certificate;
  const ServerProcess server(certificate);
  ASSERT_NE(server.port(), 0);
  ASSERT_TRUE(net::use_wiping_allocator());
  make_client_trusting(certificate.ca_file());
  const std::string url = "https://localhost:" + std::to_string(server.port()) + "/";
  {
    const SecretBytes canary = make_canary();
    ASSERT_EQ(count_canaries(), 1U) << "the search must find what is there";
  }
  for (const std::uint64_t body_size : {std::uint64_t{0}, std::uint64_t{200'000}}) {
    auto request = body_size == 0 ? get(url) : post(url, body_size);
    request.credential = net::CredentialHeader{"x-goog-api-key", "", make_canary()};
    const auto told = run(std::move(request));
    ASSERT_TRUE(told->succeeded()) << told->failure->message;
    EXPECT_EQ(told->status, 200U);
    EXPECT_EQ(count_canaries(), 0U) << "with the client and its connection still alive";
  }
  auto cancelled = get(url);
  cancelled.credential = net::CredentialHeader{"x-goog-api-key", "", make_canary()};
  RecordingObserver observer;
  const auto id = client_->start(std::move(cancelled), observer).value();
  client_->cancel(id);
  loop_.run();
  auto refused = get("https://localhost:1/");
  refused.credential = net::CredentialHeader{"x-goog-api-key", "", make_canary()};
  EXPECT_TRUE(run(std::move(refused))->failure);
  EXPECT_EQ(count_canaries(), 0U);
}

}  // namespace
}  // namespace patchbay::testing
