#include "host/embedding/error.hpp"

#include <string_view>

namespace patchbay::embedding {
namespace {

// What patchbay/host.h promises. A code of the table that has no line here is a compile error.
constexpr std::uint32_t promised(ErrorCode code) {
  switch (code) {
    case ErrorCode::Internal: return PATCHBAY_CODE_INTERNAL;
    case ErrorCode::Usage: return PATCHBAY_CODE_USAGE;
    case ErrorCode::BadInput: return PATCHBAY_CODE_BAD_INPUT;
    case ErrorCode::UnknownProvider: return PATCHBAY_CODE_UNKNOWN_PROVIDER;
    case ErrorCode::Output: return PATCHBAY_CODE_OUTPUT;
    case ErrorCode::NotFound: return PATCHBAY_CODE_NOT_FOUND;
    case ErrorCode::AlreadyExists: return PATCHBAY_CODE_ALREADY_EXISTS;
    case ErrorCode::NotConfigured: return PATCHBAY_CODE_NOT_CONFIGURED;
    case ErrorCode::Inactive: return PATCHBAY_CODE_INACTIVE;
    case ErrorCode::NoAdapter: return PATCHBAY_CODE_NO_ADAPTER;
    case ErrorCode::AuthConfig: return PATCHBAY_CODE_AUTH_CONFIG;
    case ErrorCode::AuthInvalid: return PATCHBAY_CODE_AUTH_INVALID;
    case ErrorCode::Locked: return PATCHBAY_CODE_LOCKED;
    case ErrorCode::NotAllowed: return PATCHBAY_CODE_NOT_ALLOWED;
    case ErrorCode::Blocked: return PATCHBAY_CODE_BLOCKED;
    case ErrorCode::Quota: return PATCHBAY_CODE_QUOTA;
    case ErrorCode::Rate: return PATCHBAY_CODE_RATE;
    case ErrorCode::Network: return PATCHBAY_CODE_NETWORK;
    case ErrorCode::Timeout: return PATCHBAY_CODE_TIMEOUT;
    case ErrorCode::Store: return PATCHBAY_CODE_STORE;
    case ErrorCode::Vault: return PATCHBAY_CODE_VAULT;
    case ErrorCode::Tampered: return PATCHBAY_CODE_TAMPERED;
    case ErrorCode::Plugin: return PATCHBAY_CODE_PLUGIN;
    case ErrorCode::NeedsTrust: return PATCHBAY_CODE_NEEDS_TRUST;
    case ErrorCode::BadRequest: return PATCHBAY_CODE_BAD_REQUEST;
    case ErrorCode::Model: return PATCHBAY_CODE_MODEL;
    case ErrorCode::NoOutput: return PATCHBAY_CODE_NO_OUTPUT;
    case ErrorCode::Upstream: return PATCHBAY_CODE_UPSTREAM;
    case ErrorCode::Protocol: return PATCHBAY_CODE_PROTOCOL;
    case ErrorCode::Cancelled: return PATCHBAY_CODE_CANCELLED;
  }
  return PATCHBAY_CODE_INTERNAL;
}

#define PATCHBAY_ERROR(name, code, exit_code, retry, meaning, advice) \
  static_assert(promised(ErrorCode::name) == static_cast<std::uint32_t>(ErrorCode::name));
#include "core/base/error_codes.def"
#undef PATCHBAY_ERROR

// Given out where not even an error can be made; freeing it does nothing.
patchbay_error& out_of_memory() {
  static patchbay_error error{Error{ErrorCode::Internal, "no memory"}, ""};
  return error;
}

}  // namespace

patchbay_error error_object(Error error) {
  std::string hint = error.hint;
  if (hint.empty()) hint = describe(error.code).advice;
  return patchbay_error{std::move(error), std::move(hint)};
}

patchbay_error* new_error(Error error) noexcept {
  try {
    return std::make_unique<patchbay_error>(error_object(std::move(error))).release();
  } catch (...) {
    return &out_of_memory();
  }
}

}  // namespace patchbay::embedding

using patchbay::describe;

uint32_t patchbay_error_code(const patchbay_error* error) {
  return static_cast<uint32_t>(error->error.code);
}

const char* patchbay_error_name(const patchbay_error* error) {
  return describe(error->error.code).name.data();  // a literal
}

const char* patchbay_error_message(const patchbay_error* error) {
  return error->error.message.c_str();
}

const char* patchbay_error_hint(const patchbay_error* error) {
  return error->hint.c_str();
}

const char* patchbay_error_provider(const patchbay_error* error) {
  return error->error.provider.c_str();
}

uint32_t patchbay_error_may_retry(const patchbay_error* error) {
  return describe(error->error.code).retry == patchbay::Retry::Later ? 1 : 0;
}

void patchbay_error_free(patchbay_error* error) {
  if (error == &patchbay::embedding::out_of_memory()) return;
  const std::unique_ptr<patchbay_error> owned(error);
}

const char* patchbay_host_version() {
  return PATCHBAY_VERSION;
}
