#include "host/engine/module_session.hpp"

#include "core/base/text.hpp"
#include "host/engine/abi_text.hpp"
#include "host/engine/contract.hpp"

#include <cstring>
#include <utility>

namespace patchbay::host {
namespace {

// Every out-parameter is filled with this first: what an adapter did not write is recognised.
constexpr int poison = 0xA5;
constexpr std::uint32_t poisoned_kind = 0xA5A5A5A5U;

patchbay_err poisoned_error() {
  patchbay_err error{};
  std::memset(&error, poison, sizeof(error));
  error.struct_size = sizeof(error);
  return error;
}

std::string words_of(const patchbay_err& error) {
  const auto* end = static_cast<const char*>(std::memchr(error.message, 0, sizeof(error.message)));
  if (end == nullptr || end == error.message) return "it gave no reason";
  return printable(std::string_view(error.message, static_cast<std::size_t>(end - error.message)));
}

Error refusal_of(patchbay_status status, const patchbay_err& error) {
  ErrorCode code = ErrorCode::Plugin;
  if (status == PATCHBAY_E_ARG) code = ErrorCode::BadInput;
  if (status == PATCHBAY_E_UNSUPPORTED) code = ErrorCode::NoAdapter;
  return Error{code, "the adapter refused the request: " + words_of(error), {}, {}};
}

Status check_module(const patchbay_module* module, std::uint32_t adapter) {
  if (module == nullptr) return contract_error("there is no module");
  if (module->struct_size < sizeof(patchbay_module))
    return contract_error("its module has a struct_size of " + std::to_string(module->struct_size));
  if (module->min_host_minor > PATCHBAY_ABI_MINOR)
    return Error{
        ErrorCode::Plugin,
        "the adapter needs a newer Patchbay (ABI 1." + std::to_string(module->min_host_minor) + ")",
        "update Patchbay, or install an older version of the plugin",
        {}};
  if (adapter >= module->adapter_count)
    return contract_error("its module has fewer adapters than its manifest");
  if (module->open == nullptr || module->feed == nullptr || module->next == nullptr ||
      module->close == nullptr)
    return contract_error("its module lacks a function");
  return {};
}

Result<std::optional<patchbay_action>> checked(const patchbay_action& action) {
  PATCHBAY_TRY(check_payload(action));
  return std::optional(action);
}

}  // namespace

ModuleSession::ModuleSession(const Options& options, std::unique_ptr<AbiRequest> request)
    : module_(options.module),
      adapter_(options.adapter),
      clock_(options.clock),
      log_(options.log, options.name),
      request_(std::move(request)) {
  host_.struct_size = sizeof(host_);
  host_.abi_minor = PATCHBAY_ABI_MINOR;
  host_.context = this;
  host_.log = &ModuleSession::log;
  host_.get_extension = &ModuleSession::get_extension;
}

ModuleSession::~ModuleSession() {
  if (session_ != nullptr) module_->close(session_);
}

Result<std::unique_ptr<AdapterSession>> ModuleSession::open(const Options& options,
                                                            std::unique_ptr<AbiRequest> request) {
  PATCHBAY_TRY(check_module(options.module, options.adapter));
  std::unique_ptr<ModuleSession> session(new ModuleSession(options, std::move(request)));
  PATCHBAY_TRY(session->start());
  return std::unique_ptr<AdapterSession>(std::move(session));
}

Status ModuleSession::start() {
  patchbay_err error = poisoned_error();
  patchbay_session* opened = nullptr;
  const patchbay_status status = module_->open(adapter_, &host_, &request_->get(), &opened, &error);
  if (status != PATCHBAY_OK) return refusal_of(status, error);
  if (opened == nullptr) return contract_error("open() gave no session");
  session_ = opened;
  return {};
}

Status ModuleSession::feed(std::uint32_t kind, std::uint64_t id, const void* payload) {
  patchbay_input input{};
  input.struct_size = sizeof(input);
  input.kind = kind;
  input.id = id;
  input.now_unix_ms = static_cast<std::uint64_t>(clock_.unix_ms());
  input.payload = payload;
  patchbay_err error = poisoned_error();
  action_count_ = 0;
  const auto before = clock_.thread_cpu();
  const patchbay_status status = module_->feed(session_, &input, &error);
  time_spent_ = clock_.thread_cpu() - before;
  if (status == PATCHBAY_OK) return {};
  return Error{ErrorCode::Plugin, "the adapter failed: " + words_of(error), {}, {}};
}

Status ModuleSession::check_budget() {
  if (++action_count_ > actions_per_input_max)
    return contract_error("more than " + std::to_string(actions_per_input_max) +
                          " actions without waiting for anything");
  if (time_spent_ > time_per_input_max)
    return contract_error("more than " + std::to_string(time_per_input_max.count()) +
                          " s of processor time spent on one input");
  return {};
}

Result<std::optional<patchbay_action>> ModuleSession::next() {
  while (true) {
    patchbay_action action{};
    std::memset(&action, poison, sizeof(action));
    action.struct_size = sizeof(action);
    patchbay_err error = poisoned_error();
    const auto before = clock_.thread_cpu();
    const patchbay_status status = module_->next(session_, &action, &error);
    time_spent_ += clock_.thread_cpu() - before;
    if (status != PATCHBAY_OK)
      return Error{ErrorCode::Plugin, "the adapter failed: " + words_of(error), {}, {}};
    PATCHBAY_TRY(check_budget());
    if (action.kind == poisoned_kind) return contract_error("next() gave no action");
    if (action.kind <= PATCHBAY_ACT_MODEL) return checked(action);
    if ((action.kind & PATCHBAY_ACT_IGNORABLE) == 0)
      return contract_error("an unknown action, number " + std::to_string(action.kind));
  }
}

void ModuleSession::cancel() {
  if (!feed(PATCHBAY_IN_CANCEL, 0, nullptr).ok()) return;
  while (true) {
    const auto action = next();
    if (!action.ok()) return;
    const std::uint32_t kind = action.value()->kind;
    if (kind == PATCHBAY_ACT_IDLE || kind == PATCHBAY_ACT_DONE || kind == PATCHBAY_ACT_ERROR)
      return;
  }
}

void ModuleSession::log(void* context, std::int32_t level, patchbay_str message) noexcept {
  if (context == nullptr || (message.ptr == nullptr && message.len != 0)) return;
  static_cast<ModuleSession*>(context)->log_.write(level, view_of(message));
}

const void* ModuleSession::get_extension(void*, const char*) noexcept {
  return nullptr;
}

}  // namespace patchbay::host
