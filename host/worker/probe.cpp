#include "host/worker/probe.hpp"

#include "core/base/text.hpp"
#include "host/worker/process.hpp"
#include "host/worker/wire.hpp"

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstring>
#include <poll.h>

namespace patchbay::host {
namespace {

constexpr std::chrono::seconds patience{10};

// The first bytes that it says, at least a head; fewer where it says nothing.
std::string first_words(int socket) {
  std::string words;
  const auto end = std::chrono::steady_clock::now() + patience;
  while (words.size() < sizeof(wire::Head)) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd wanted{socket, POLLIN, 0};
    if (left.count() <= 0 || poll(&wanted, 1, static_cast<int>(left.count())) <= 0) return words;
    std::array<char, 4096> buffer{};
    const ssize_t count = recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count <= 0) return words;
    words.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return words;
}

}  // namespace

Result<std::uint32_t> probe_worker(const std::filesystem::path& program, bool without_landlock) {
  // Its own file is no plugin; it finds out after it has confined itself.
  WorkerProcess process =
      PATCHBAY_TRY(WorkerProcess::start(WorkerCode{program, program, without_landlock}));
  const FileDescriptor socket = process.take_socket();
  const std::string words = first_words(socket.get());
  wire::Head head;
  if (words.size() < sizeof(head))
    return Error{ErrorCode::Plugin, "the worker says nothing: it " + process.end(), {}, {}};
  std::memcpy(&head, words.data(), sizeof(head));
  wire::Reader reader(std::string_view(words).substr(sizeof(head)));
  if (static_cast<wire::Kind>(head.kind) == wire::Kind::Ready) return reader.number32();
  return Error{ErrorCode::Plugin, shortened(printable(reader.view()), 300), {}, {}};
}

}  // namespace patchbay::host
