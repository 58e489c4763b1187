#include "host/worker/program/service.hpp"

#include "host/worker/wire_action.hpp"
#include "host/worker/wire_input.hpp"
#include "host/worker/wire_request.hpp"

#include <cstring>
#include <string>

namespace patchbay::worker {
namespace {

namespace wire = host::wire;

// Every out-parameter is filled with this first: what an adapter did not write is recognised.
constexpr int poison = 0xA5;
constexpr std::uint32_t poisoned_kind = 0xA5A5A5A5U;

patchbay_err poisoned_error() {
  patchbay_err error{};
  std::memset(&error, poison, sizeof(error));
  error.struct_size = sizeof(error);
  return error;
}

std::string_view words_of(const patchbay_err& error) {
  const void* end = std::memchr(error.message, 0, sizeof(error.message));
  if (end == nullptr || end == error.message) return "it gave no reason";
  return {error.message};
}

void log(void* context, std::int32_t level, patchbay_str message) noexcept {
  if (message.ptr == nullptr || context == nullptr) return;
  auto& channel = *static_cast<Channel*>(context);
  channel.send(
      wire::Writer(wire::Kind::Log).number(static_cast<std::uint32_t>(level)).text(message).take());
}

const void* no_extension(void* /*context*/, const char* /*id*/) noexcept {
  return nullptr;
}

class Service {
 public:
  Service(Channel& channel, const patchbay_module& module) : channel_(channel), module_(module) {
    host_.struct_size = sizeof(host_);
    host_.abi_minor = PATCHBAY_ABI_MINOR;
    host_.context = &channel;
    host_.log = &log;
    host_.get_extension = &no_extension;
  }

  bool open() {
    opening_ = channel_.receive();
    if (!opening_ || opening_->kind != wire::Kind::Open) return false;
    wire::Reader reader(opening_->body);
    const std::uint32_t adapter = reader.number32();
    if (!request_.read(reader)) return false;
    if (adapter >= module_.adapter_count)
      channel_.refuse("it has fewer adapters than its manifest describes");
    patchbay_err error = poisoned_error();
    const patchbay_status status =
        module_.open(adapter, &host_, &request_.get(), &session_, &error);
    const bool opened = status == PATCHBAY_OK && session_ != nullptr;
    wire::Writer answer(wire::Kind::Opened);
    answer.number(static_cast<std::uint32_t>(status));
    answer.text(opened                  ? std::string_view()
                : status == PATCHBAY_OK ? "open() gave no session"
                                        : words_of(error));
    channel_.send(answer.take());
    channel_.flush();
    return opened;
  }

  // False where nothing more can be asked.
  bool answer() {
    const std::optional<Channel::Frame> frame = channel_.receive();
    if (!frame || frame->kind != wire::Kind::Feed) return false;
    wire::Reader reader(frame->body);
    wire::ReadInput input;
    if (!input.read(reader)) return false;
    patchbay_err error = poisoned_error();
    bool goes_on = module_.feed(session_, &input.get(), &error) == PATCHBAY_OK;
    if (goes_on) {
      goes_on = take_actions(wire::data_of(input.get()));
    } else {
      fail(words_of(error));
    }
    channel_.flush();
    return goes_on;
  }

 private:
  bool take_actions(wire::Lent lent) {
    while (true) {
      patchbay_action action{};
      std::memset(&action, poison, sizeof(action));
      action.struct_size = sizeof(action);
      patchbay_err error = poisoned_error();
      if (module_.next(session_, &action, &error) != PATCHBAY_OK) return fail(words_of(error));
      if (action.kind == poisoned_kind) return fail("next() gave no action");
      wire::Writer writer(wire::Kind::Action, lent);
      if (const std::string problem = wire::write_action(writer, action); !problem.empty())
        return fail(problem);
      channel_.send(writer.take());
      if (action.kind == PATCHBAY_ACT_IDLE || action.kind == PATCHBAY_ACT_DONE ||
          action.kind == PATCHBAY_ACT_ERROR)
        return true;
    }
  }
  bool fail(std::string_view words) {
    channel_.send(wire::Writer(wire::Kind::Failed).text(words).take());
    return false;
  }

  Channel& channel_;
  const patchbay_module& module_;
  patchbay_host host_{};
  std::optional<Channel::Frame> opening_;  // the request points into it
  wire::ReadRequest request_;
  patchbay_session* session_ = nullptr;
};

}  // namespace

void serve(Channel& channel, const patchbay_module& module) {
  Service service(channel, module);
  if (!service.open()) return;
  while (service.answer()) {
  }
}

}  // namespace patchbay::worker
