#include "host/emulator/openrouter_errors.hpp"

#include "core/base/text.hpp"
#include "host/emulator/content.hpp"
#include "host/emulator/openrouter_account.hpp"

#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::string_view rate_limit = "20";
constexpr std::string_view upstream = "Google";

json::Value typed(std::string_view error_type) {
  json::Value metadata;
  metadata.set("error_type", error_type);
  return metadata;
}

// Which models could not be had, and why.
json::Value availability_of(std::string_view code, std::string_view model) {
  json::Value value;
  value.set("code", code);
  value.set("retryable", false);
  value.set("retry_after", json::Value());
  value.set("requested_models", json::Array{json::Value(model)});
  value.set("affected_providers", json::Array{});
  value.set("excluded_by", json::Array{});
  value.set("fallback_models", json::Array{});
  value.set("docs_url", "https://openrouter.ai/docs/faq");
  return value;
}

OpenRouterError unavailable(unsigned http_status,
                            std::string message,
                            std::string_view code,
                            std::string_view model) {
  OpenRouterError error = openrouter_error(http_status, std::move(message));
  error.availability = availability_of(code, model);
  return error;
}

enum class EndIn : std::uint8_t { RetryAfter, Metadata };

// OpenRouter's own limit. The time it ends is in milliseconds since 1970.
OpenRouterError own_limit(std::string message, std::int64_t reset_ms) {
  OpenRouterError error = openrouter_error(429, std::move(message));
  const std::string reset = std::to_string(reset_ms);
  error.headers = {{.name = "X-RateLimit-Limit", .value = std::string(rate_limit)},
                   {.name = "X-RateLimit-Remaining", .value = "0"},
                   {.name = "X-RateLimit-Reset", .value = reset}};
  json::Value headers;
  for (const net::Header& header : error.headers) headers.set(header.name, header.value);
  error.metadata.set("headers", std::move(headers));
  return error;
}

OpenRouterError limited(EndIn where, std::chrono::milliseconds wait, std::int64_t now_ms) {
  OpenRouterError error =
      own_limit("Rate limit exceeded: limit 20 requests per minute", now_ms + wait.count());
  if (where == EndIn::Metadata) return error;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  error.headers.push_back({.name = "Retry-After", .value = std::to_string(seconds.count())});
  return error;
}

OpenRouterError upstream_limit(std::string_view model) {
  OpenRouterError error = openrouter_error(429, "Provider returned error");
  error.metadata.set("provider_name", upstream);
  error.metadata.set("raw",
                     std::string(model) +
                         " is temporarily rate-limited upstream. Please retry shortly, or add your "
                         "own key to accumulate your rate limits: "
                         "https://openrouter.ai/settings/integrations");
  return error;
}

OpenRouterError moderated(std::string_view model) {
  OpenRouterError error =
      openrouter_error(403, "The request was flagged by the moderation of its provider");
  error.metadata.set("reasons", json::Array{"violence"});
  error.metadata.set("flagged_input", "a banana of...");
  error.metadata.set("provider_name", upstream);
  error.metadata.set("model_slug", model);
  return error;
}

OpenRouterError blocked() {
  OpenRouterError error =
      openrouter_error(403, "Request blocked: prompt injection patterns detected");
  error.metadata.set("patterns", json::Array{"ignore all previous instructions"});
  return error;
}

OpenRouterError spent(std::string message, std::string_view source) {
  OpenRouterError error = openrouter_error(402, std::move(message));
  error.metadata.set("limit_source", source);
  return error;
}

OpenRouterError refused_key(std::string message) {
  OpenRouterError error = openrouter_error(401, std::move(message));
  error.about = OpenRouterError::About::Key;
  return error;
}

// Its kind is told beside the message, and there is no code at all.
OpenRouterError no_free_variant(std::string_view model) {
  OpenRouterError error = unavailable(
      404, "The free variant of " + std::string(model) + " has ended", "free_variant_ended", model);
  error.code = OpenRouterError::Code::Missing;
  return error;
}

std::optional<OpenRouterError> account_error(const FaultSet& faults, std::string_view model) {
  if (faults.has(Fault::InvalidKey)) return openrouter_missing_key();
  if (faults.has(Fault::ExpiredKey)) return refused_key("No auth credentials found");
  if (faults.has(Fault::LeakedKey)) return refused_key("User not found.");
  if (faults.has(Fault::ServiceDisabled))
    return unavailable(404,
                       "No endpoints found matching your data policy. Configure: "
                       "https://openrouter.ai/settings/privacy",
                       "privacy_restricted",
                       model);
  if (faults.has(Fault::Region))
    return unavailable(
        404, "No endpoints are available in your region", "region_restricted", model);
  if (faults.has(Fault::NoModel)) return openrouter_unknown_model(model);
  if (faults.has(Fault::Guardrail)) return blocked();
  if (faults.has(Fault::PromptBlocked)) return moderated(model);
  if (faults.has(Fault::TooLarge)) return openrouter_error(413, "Request payload too large");
  return std::nullopt;
}

std::optional<OpenRouterError> quota_error(const FaultSet& faults,
                                           std::string_view model,
                                           std::int64_t now_ms) {
  if (faults.has(Fault::Rate))
    return limited(EndIn::RetryAfter, faults.time(Fault::Rate, rate_wait_default), now_ms);
  if (faults.has(Fault::QuotaDay))
    return own_limit(
        "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model "
        "requests per day",
        (now_ms / day_ms + 1) * day_ms);
  if (faults.has(Fault::FreeTier)) return no_free_variant(model);
  if (faults.has(Fault::BareRate)) return openrouter_error(429, "Rate limit exceeded");
  if (faults.has(Fault::RateReset))
    return limited(EndIn::Metadata, faults.time(Fault::RateReset, rate_wait_default), now_ms);
  if (faults.has(Fault::UpstreamRate)) return upstream_limit(model);
  if (faults.has(Fault::NoCredit))
    return spent("Insufficient credits. Add more using https://openrouter.ai/credits",
                 "openrouter_credits");
  if (faults.has(Fault::KeyLimit))
    return spent("Key limit exceeded. Manage it using https://openrouter.ai/settings/keys",
                 "openrouter_key_limit");
  return std::nullopt;
}

OpenRouterError overloaded() {
  OpenRouterError error =
      openrouter_typed_error(503, "Service temporarily unavailable", "provider_overloaded");
  error.headers.push_back({.name = "Retry-After", .value = "2"});
  return error;
}

std::optional<OpenRouterError> server_error(const FaultSet& faults) {
  if (faults.has(Fault::Overloaded)) return overloaded();
  if (faults.has(Fault::Saturated)) return openrouter_error(529, "Provider returned error");
  if (faults.has(Fault::Internal)) return openrouter_error(500, "Internal Server Error");
  if (faults.has_any({Fault::UpstreamError, Fault::Error200}))
    return openrouter_upstream_error(502);
  // Where another fault gives the error, these two only take its code away.
  const bool comes_later = faults.has_any({Fault::MidStreamError, Fault::ChoiceError});
  if (!comes_later && faults.has_any({Fault::CodeText, Fault::NoCode}))
    return openrouter_upstream_error(502);
  if (faults.has(Fault::UpstreamNonsense))
    return openrouter_typed_error(502, "Provider returned error", "provider_unavailable");
  if (faults.has(Fault::NoRoute))
    return openrouter_error(
        503, "There is no available model provider that meets your routing requirements");
  if (faults.has(Fault::Deadline))
    return openrouter_error(408, "Operation timed out. Please try again later.");
  if (faults.has(Fault::EdgeTimeout))
    return openrouter_error(524, "Request timed out. Please try again later.");
  return std::nullopt;
}

}  // namespace

json::Value error_value(const OpenRouterError& error, const FaultSet& faults) {
  json::Value value;
  value.set("message", error.message);
  const bool has_code = error.code == OpenRouterError::Code::Number && !faults.has(Fault::NoCode);
  if (faults.has(Fault::CodeText))
    value.set("code", "server_error");
  else if (has_code)
    value.set("code", static_cast<int>(error.http_status));
  else
    value.set("http_status", static_cast<int>(error.http_status));
  if (!error.metadata.is_null()) value.set("metadata", error.metadata);
  if (!error.availability.is_null()) value.set("availability", error.availability);
  return value;
}

Reply error_reply(const OpenRouterError& error, const FaultSet& faults) {
  json::Value document;
  document.set("error", error_value(error, faults));
  if (error.about != OpenRouterError::About::Key) document.set("user_id", openrouter_user_id);
  Reply reply = make_reply(error.http_status, "application/json", json::write(document));
  for (const net::Header& header : error.headers) reply.headers.push_back(header);
  if (error.about == OpenRouterError::About::Key) reply.credential = Credential::Refused;
  return reply;
}

OpenRouterError openrouter_error(unsigned http_status, std::string message) {
  return {.http_status = http_status, .message = std::move(message)};
}

OpenRouterError openrouter_typed_error(unsigned http_status,
                                       std::string message,
                                       std::string_view error_type) {
  OpenRouterError error = openrouter_error(http_status, std::move(message));
  error.metadata = typed(error_type);
  return error;
}

OpenRouterError openrouter_error(const ChatProblem& problem) {
  switch (problem.kind) {
    case ChatProblem::Kind::TooLarge: return openrouter_error(413, problem.message);
    case ChatProblem::Kind::Image:
      return openrouter_typed_error(400, problem.message, "invalid_image");
    case ChatProblem::Kind::ImageDownload:
      return openrouter_typed_error(400, problem.message, "image_download_failed");
    case ChatProblem::Kind::Request: break;
  }
  return openrouter_typed_error(400, problem.message, "invalid_request");
}

OpenRouterError openrouter_missing_key() {
  return refused_key("Missing Authentication header");
}

OpenRouterError openrouter_unknown_model(std::string_view model) {
  OpenRouterError error =
      unavailable(400, printable(model) + " is not a valid model ID", "model_not_found", model);
  error.metadata = typed("not_found");
  return error;
}

// The error of the one behind comes as text, and that text is JSON.
OpenRouterError openrouter_upstream_error(unsigned http_status) {
  json::Value inner;
  inner.set("code", 500);
  inner.set("message", "Internal error encountered.");
  inner.set("status", "INTERNAL");
  json::Value raw;
  raw.set("error", std::move(inner));
  OpenRouterError error = openrouter_error(http_status, "Provider returned error");
  error.metadata.set("provider_name", upstream);
  error.metadata.set("raw", json::write(raw, json::Layout::Indented));
  return error;
}

std::optional<OpenRouterError> openrouter_error_of(const FaultSet& faults,
                                                   std::string_view model,
                                                   std::int64_t now_ms) {
  if (!faults.unknown_name().empty())
    return openrouter_error(400,
                            "The emulator has no fault named '" + faults.unknown_name() + "'.");
  if (auto error = account_error(faults, model)) return error;
  if (auto error = quota_error(faults, model, now_ms)) return error;
  return server_error(faults);
}

}  // namespace patchbay::emulator
