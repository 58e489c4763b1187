#include "plugins/requesty/dialect.hpp"

#include <patchbay/http_error.hpp>

namespace requesty {
namespace {

using shared::ErrorFields;

// {"error": {"origin": "router" or "provider", "message": …}}, without any code.
bool is_own(const ErrorFields& error) {
  return error.has_object && !error.origin.empty() && !error.message.empty();
}

bool is_about_content(const ErrorFields& error) {
  return error.says("content policy") || error.says("safety") || error.says("moderation") ||
         error.says("was blocked") || error.says("policy of the provider");
}

// A wrong key is 403 here; so is what an account's policy forbids.
std::uint32_t category_of_denial(const ErrorFields& error) {
  const bool is_key = error.says("authorization token") || error.says("api key not found");
  return is_key ? PATCHBAY_ERR_AUTH_INVALID : PATCHBAY_ERR_AUTH_CONFIG;
}

std::uint32_t category_of_router(const ErrorFields& error, std::uint32_t status) {
  switch (status) {
    case 403: return category_of_denial(error);
    case 412: return PATCHBAY_ERR_QUOTA;
    case 424: return PATCHBAY_ERR_UPSTREAM;
    default: return patchbay::category_of_status(status);
  }
}

// What the provider behind it refused says nothing about the key that was sent to the router.
std::uint32_t category_of_provider(const ErrorFields& error, std::uint32_t status) {
  if (status == 400 && is_about_content(error)) return PATCHBAY_ERR_BLOCKED;
  if (status == 401 || status == 403) return PATCHBAY_ERR_AUTH_CONFIG;
  return category_of_router(error, status);
}

std::uint32_t category_of(const ErrorFields& error, std::uint32_t http_status) {
  if (!is_own(error)) return patchbay::category_of_foreign_status(http_status);
  const std::uint32_t status = shared::status_of(error, http_status);
  if (status < 400) return PATCHBAY_ERR_UPSTREAM;
  return error.origin == "provider" ? category_of_provider(error, status)
                                    : category_of_router(error, status);
}

constexpr shared::Dialect own = {is_own, category_of};

}  // namespace

const shared::Dialect& dialect() {
  return own;
}

}  // namespace requesty
