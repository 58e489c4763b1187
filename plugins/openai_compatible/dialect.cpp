#include "plugins/openai_compatible/dialect.hpp"

#include <patchbay/http_error.hpp>

#include <array>

namespace openai_compatible {
namespace {

constexpr std::array<shared::CodeWord, 23> words = {{
    {"invalid_api_key", PATCHBAY_ERR_AUTH_INVALID},
    {"account_deactivated", PATCHBAY_ERR_AUTH_INVALID},
    {"authentication_error", PATCHBAY_ERR_AUTH_INVALID},
    {"unsupported_country_region_territory", PATCHBAY_ERR_AUTH_CONFIG},
    {"ip_not_authorized", PATCHBAY_ERR_AUTH_CONFIG},
    {"permission_error", PATCHBAY_ERR_AUTH_CONFIG},
    {"insufficient_quota", PATCHBAY_ERR_QUOTA},
    {"billing_hard_limit_reached", PATCHBAY_ERR_QUOTA},
    {"billing_not_active", PATCHBAY_ERR_QUOTA},
    {"rate_limit_exceeded", PATCHBAY_ERR_RATE},
    {"rate_limit_error", PATCHBAY_ERR_RATE},
    {"RESOURCE_EXHAUSTED", PATCHBAY_ERR_RATE},
    {"model_not_found", PATCHBAY_ERR_MODEL},
    {"DeploymentNotFound", PATCHBAY_ERR_MODEL},
    {"content_policy_violation", PATCHBAY_ERR_BLOCKED},
    {"moderation_blocked", PATCHBAY_ERR_BLOCKED},
    {"content_filter", PATCHBAY_ERR_BLOCKED},
    {"contentFilter", PATCHBAY_ERR_BLOCKED},
    {"context_length_exceeded", PATCHBAY_ERR_BAD_REQUEST},
    {"unknown_parameter", PATCHBAY_ERR_BAD_REQUEST},
    {"server_error", PATCHBAY_ERR_UPSTREAM},
    {"overloaded_error", PATCHBAY_ERR_UPSTREAM},
    {"engine_overloaded", PATCHBAY_ERR_UPSTREAM},
}};

// OpenAI's errors have all of `type`, `param` and `code`; its relatives' have one of them at least.
bool is_own(const shared::ErrorFields& error) {
  return error.has_object && !error.message.empty() &&
         (error.has_code || error.has_type || error.has_param);
}

std::uint32_t category_of(const shared::ErrorFields& error, std::uint32_t http_status) {
  // Google says it with status 400, on its OpenAI-compatible endpoint too.
  if (error.says("API key not valid")) return PATCHBAY_ERR_AUTH_INVALID;
  if (const std::uint32_t listed = shared::category_of_codes(error, words); listed != 0)
    return listed;
  const std::uint32_t status = shared::status_of(error, http_status);
  return status < 400 ? std::uint32_t{PATCHBAY_ERR_UPSTREAM} : patchbay::category_of_status(status);
}

constexpr shared::Dialect own = {is_own, category_of};

}  // namespace

const shared::Dialect& dialect() {
  return own;
}

}  // namespace openai_compatible
