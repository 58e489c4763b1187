#include "host/engine/worker_session.hpp"

#include "core/base/text.hpp"
#include "host/engine/abi_text.hpp"
#include "host/engine/contract.hpp"
#include "host/worker/denied_call.hpp"
#include "host/worker/wire_input.hpp"
#include "host/worker/wire_request.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace patchbay::host {
namespace {

// After so many the other requests of the loop have their turn.
constexpr unsigned frames_in_a_row_max = 1000;

constexpr std::size_t read_size = std::size_t{64} << 10U;  // bytes at once

Error plugin_error(std::string message, std::string hint = {}) {
  return Error{ErrorCode::Plugin, std::move(message), std::move(hint), {}};
}

// Of the worker's choosing: fit to be shown, and short.
std::string words_of(wire::Reader& reader) {
  return shortened(printable(reader.view()), sizeof(patchbay_err::message));
}

}  // namespace

WorkerSession::WorkerSession(Options options, WorkerProcess process)
    : loop_(options.loop),
      clock_(options.clock),
      log_(options.log, std::move(options.name)),
      ready_(std::move(options.ready)),
      process_(std::move(process)) {}

Result<std::unique_ptr<AdapterSession>> WorkerSession::open(Options options,
                                                            const AbiRequest& request) {
  wire::Writer opening(wire::Kind::Open);
  opening.number(options.adapter);
  wire::write_request(opening, request.get());
  WorkerProcess process = PATCHBAY_TRY(WorkerProcess::start(options.code));
  std::unique_ptr<WorkerSession> session(new WorkerSession(std::move(options), std::move(process)));
  PATCHBAY_TRY(session->watch());
  session->send(opening.take());
  return std::unique_ptr<AdapterSession>(std::move(session));
}

Status WorkerSession::watch() {
  FileDescriptor socket = process_.take_socket();
  socket_ = socket.get();
  watch_ = net::SocketWatch::own(
      loop_, socket.release(), [this](net::SocketWatch::Event event) { happened(event); });
  if (watch_ == nullptr) return plugin_error("the plugin's worker cannot be watched");
  return {};
}

Status WorkerSession::feed(std::uint32_t kind, std::uint64_t id, const void* payload) {
  patchbay_input input{};
  input.struct_size = sizeof(input);
  input.kind = kind;
  input.id = id;
  input.now_unix_ms = static_cast<std::uint64_t>(clock_.unix_ms());
  input.payload = payload;
  frame_count_ = 0;
  lent_ = wire::data_of(input);
  wire::Writer writer(wire::Kind::Feed);
  wire::write_input(writer, input);
  send(writer.take());
  return {};
}

void WorkerSession::send(const std::string& frame) {
  outgoing_ += frame;
  write_more();
}

// What does not go out now goes when there is room; why nothing goes at all, reading will tell.
void WorkerSession::write_more() {
  while (watch_ != nullptr && !outgoing_.empty()) {
    const ssize_t count =
        ::send(socket_, outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN) outgoing_.clear();
    if (count <= 0) return;
    outgoing_.erase(0, static_cast<std::size_t>(count));
  }
}

void WorkerSession::happened(net::SocketWatch::Event event) {
  using Interest = net::SocketWatch::Interest;
  if (event == net::SocketWatch::Event::Writable) {
    write_more();
    if (watch_ != nullptr) watch_->want(outgoing_.empty() ? Interest::Read : Interest::Both);
    return;
  }
  watch_->want(Interest::None);
  // What follows may drop this session.
  if (std::exchange(waiting_, false)) ready_();
}

Result<std::optional<patchbay_action>> WorkerSession::next() {
  using Interest = net::SocketWatch::Interest;
  if (overdue_)
    return broken("did not answer within " + std::to_string(worker_answer_time_max.count()) + " s");
  while (watch_ != nullptr) {
    if (++frames_in_a_row_ > frames_in_a_row_max) return wait(std::chrono::milliseconds(0));
    const auto there = read_frame();
    if (!there.ok()) return there.error();
    if (!there.value()) {
      watch_->want(outgoing_.empty() ? Interest::Read : Interest::Both);
      return wait(worker_answer_time_max);
    }
    auto taken = take();
    if (!taken.ok() || taken.value()) return taken;
  }
  return plugin_error("the plugin's worker is gone");
}

std::optional<patchbay_action> WorkerSession::wait(std::chrono::milliseconds at_most) {
  frames_in_a_row_ = 0;
  waiting_ = true;
  patience_ = loop_.after(at_most, [this, is_overdue = at_most.count() > 0] {
    overdue_ = is_overdue;
    if (std::exchange(waiting_, false)) ready_();
  });
  return {};
}

Result<bool> WorkerSession::read_frame() {
  while (true) {
    const std::string_view unread = std::string_view(incoming_).substr(incoming_read_);
    wire::Head head;
    if (unread.size() >= sizeof(head)) {
      std::memcpy(&head, unread.begin(), sizeof(head));
      if (head.size > wire::frame_size_max)
        return broken("sent " + std::to_string(head.size) + " bytes at once");
      if (unread.size() - sizeof(head) >= head.size) {
        frame_kind_ = head.kind;
        frame_ = unread.substr(sizeof(head), head.size);
        incoming_read_ += sizeof(head) + head.size;
        return true;
      }
    }
    const int failure = receive_more();
    if (failure == EAGAIN) return false;
    if (failure != 0) return broken({});
  }
}

// 0, or an errno value; EPIPE where the worker has closed its end.
int WorkerSession::receive_more() {
  incoming_.erase(0, std::exchange(incoming_read_, 0));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): filled by what follows
  std::array<char, read_size> buffer;
  ssize_t count = -1;
  do count = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  while (count < 0 && errno == EINTR);
  if (count < 0) return errno;
  if (count == 0) return EPIPE;
  incoming_.append(buffer.data(), static_cast<std::size_t>(count));
  return 0;
}

Result<std::optional<patchbay_action>> WorkerSession::take() {
  if (++frame_count_ > actions_per_input_max)
    return contract_error("more than " + std::to_string(actions_per_input_max) +
                          " actions without waiting for anything");
  wire::Reader reader(frame_, lent_);
  switch (static_cast<wire::Kind>(frame_kind_)) {
    case wire::Kind::Ready:
      log_.write(
          PATCHBAY_LOG_DEBUG,
          "runs in a worker, with seccomp and Landlock " + std::to_string(reader.number32()));
      return std::optional<patchbay_action>();
    case wire::Kind::Opened: {
      const Status opened = take_opened(reader);
      if (!opened.ok()) return opened.error();
      return std::optional<patchbay_action>();
    }
    case wire::Kind::Log: {
      const auto level = static_cast<std::int32_t>(reader.number32());
      log_.write(level, reader.view());
      return std::optional<patchbay_action>();
    }
    case wire::Kind::Action: return take_action(reader);
    case wire::Kind::Failed: return plugin_error("the adapter failed: " + words_of(reader));
    case wire::Kind::Refused:
      return plugin_error("the plugin cannot run in its worker: " + words_of(reader));
    case wire::Kind::Denied:
      return plugin_error(
          "the plugin called " + name_of_call(reader.number32()) + ", which no plugin may",
          "a plugin computes; it has no files, no network and no processes. "
          "If you wrote it, leave the call out");
    default: return broken("sent what is no answer");
  }
}

Status WorkerSession::take_opened(wire::Reader& reader) {
  const auto status = static_cast<patchbay_status>(reader.number32());
  const std::string words = words_of(reader);
  if (status == PATCHBAY_OK && words.empty()) return {};
  ErrorCode code = ErrorCode::Plugin;
  if (status == PATCHBAY_E_ARG) code = ErrorCode::BadInput;
  if (status == PATCHBAY_E_UNSUPPORTED) code = ErrorCode::NoAdapter;
  return Error{code, "the adapter refused the request: " + words, {}, {}};
}

Result<std::optional<patchbay_action>> WorkerSession::take_action(wire::Reader& reader) {
  if (!action_.read(reader)) return broken("sent what is no action");
  const patchbay_action& action = action_.get();
  if (action.kind <= PATCHBAY_ACT_MODEL) {
    PATCHBAY_TRY(check_payload(action));
    return std::optional(action);
  }
  if ((action.kind & PATCHBAY_ACT_IGNORABLE) != 0) return std::optional<patchbay_action>();
  return contract_error("an unknown action, number " + std::to_string(action.kind));
}

void WorkerSession::cancel() {
  watch_.reset();
  process_.end();
}

// What the worker did continues a sentence; how it ended says more where it did.
Error WorkerSession::broken(std::string what) {
  watch_.reset();
  const std::string ended = process_.end();
  if (what.empty()) what = ended;
  return plugin_error("the plugin's worker " + what,
                      "the request failed, and nothing else; tell the plugin's author");
}

}  // namespace patchbay::host
