#include "plugins/openrouter/dialect.hpp"

#include <patchbay/http_error.hpp>

#include <array>

namespace openrouter {
namespace {

using shared::CodeWord;
using shared::ErrorFields;

// The words of `metadata.error_type` and `availability.code`, and of the codes of events.
constexpr std::array<CodeWord, 32> words = {{
    {"authentication", PATCHBAY_ERR_AUTH_INVALID},
    {"permission_denied", PATCHBAY_ERR_AUTH_CONFIG},
    {"region_restricted", PATCHBAY_ERR_AUTH_CONFIG},
    {"privacy_restricted", PATCHBAY_ERR_AUTH_CONFIG},
    {"constraint_filtered", PATCHBAY_ERR_AUTH_CONFIG},
    {"payment_required", PATCHBAY_ERR_QUOTA},
    {"rate_limit_exceeded", PATCHBAY_ERR_RATE},
    {"content_policy_violation", PATCHBAY_ERR_BLOCKED},
    {"refusal", PATCHBAY_ERR_BLOCKED},
    {"model_not_found", PATCHBAY_ERR_MODEL},
    {"model_deprecated", PATCHBAY_ERR_MODEL},
    {"no_endpoints", PATCHBAY_ERR_MODEL},
    {"wrong_endpoint", PATCHBAY_ERR_MODEL},
    {"free_variant_ended", PATCHBAY_ERR_MODEL},
    {"invalid_request", PATCHBAY_ERR_BAD_REQUEST},
    {"invalid_prompt", PATCHBAY_ERR_BAD_REQUEST},
    {"context_length_exceeded", PATCHBAY_ERR_BAD_REQUEST},
    {"max_tokens_exceeded", PATCHBAY_ERR_BAD_REQUEST},
    {"token_limit_exceeded", PATCHBAY_ERR_BAD_REQUEST},
    {"string_too_long", PATCHBAY_ERR_BAD_REQUEST},
    {"payload_too_large", PATCHBAY_ERR_BAD_REQUEST},
    {"unprocessable", PATCHBAY_ERR_BAD_REQUEST},
    {"invalid_image", PATCHBAY_ERR_BAD_REQUEST},
    {"image_download_failed", PATCHBAY_ERR_BAD_REQUEST},
    {"provider_overloaded", PATCHBAY_ERR_UPSTREAM},
    {"provider_unavailable", PATCHBAY_ERR_UPSTREAM},
    {"model_unavailable_upstream", PATCHBAY_ERR_UPSTREAM},
    {"capacity_exhausted", PATCHBAY_ERR_UPSTREAM},
    {"temporarily_unavailable", PATCHBAY_ERR_UPSTREAM},
    {"server_error", PATCHBAY_ERR_UPSTREAM},
    {"server", PATCHBAY_ERR_UPSTREAM},
    {"timeout", PATCHBAY_ERR_UPSTREAM},
}};

// The code is a number, a text or absent: then something else in it is OpenRouter's own.
bool is_own(const ErrorFields& error) {
  const bool tells = error.has_code || error.has_metadata || error.number != 0 ||
                     !error.kind.empty() || !error.unavailable.empty();
  return error.has_object && !error.message.empty() && tells;
}

// 403 is moderation, unless it is about what the key or the account may do.
std::uint32_t category_of_denial(const ErrorFields& error) {
  if (error.has_moderation) return PATCHBAY_ERR_BLOCKED;
  if (error.says("limit exceeded")) return PATCHBAY_ERR_QUOTA;
  const bool is_content =
      error.says("flagged") || error.says("moderation") || error.says("request blocked");
  return is_content ? PATCHBAY_ERR_BLOCKED : PATCHBAY_ERR_AUTH_CONFIG;
}

std::uint32_t category_of_absence(const ErrorFields& error) {
  return error.says("data policy") ? PATCHBAY_ERR_AUTH_CONFIG : PATCHBAY_ERR_MODEL;
}

std::uint32_t category_of(const ErrorFields& error, std::uint32_t http_status) {
  if (!is_own(error)) return patchbay::category_of_foreign_status(http_status);
  const std::uint32_t status = shared::status_of(error, http_status);
  // These say by their status alone what it is about.
  if (status == 401) return PATCHBAY_ERR_AUTH_INVALID;
  if (status == 402) return PATCHBAY_ERR_QUOTA;
  if (status == 403) return category_of_denial(error);
  if (status == 429) return error.says("per-day") ? PATCHBAY_ERR_QUOTA : PATCHBAY_ERR_RATE;
  if (const std::uint32_t listed = shared::category_of_codes(error, words); listed != 0)
    return listed;
  if (status == 400 && error.says("not a valid model")) return PATCHBAY_ERR_MODEL;
  if (status == 404) return category_of_absence(error);
  return status < 400 ? std::uint32_t{PATCHBAY_ERR_UPSTREAM} : patchbay::category_of_status(status);
}

constexpr shared::Dialect own = {is_own, category_of};

}  // namespace

const shared::Dialect& dialect() {
  return own;
}

}  // namespace openrouter
