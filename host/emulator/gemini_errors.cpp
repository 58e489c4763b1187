#include "host/emulator/gemini_errors.hpp"

#include "host/emulator/content.hpp"

#include <cstdio>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::string_view service = "generativelanguage.googleapis.com";

json::Value detail(std::string_view type) {
  json::Value value;
  value.set("@type", "type.googleapis.com/google.rpc." + std::string(type));
  return value;
}

json::Value error_info(std::string_view reason) {
  json::Value metadata;
  metadata.set("service", service);
  json::Value info = detail("ErrorInfo");
  info.set("reason", reason);
  info.set("domain", "googleapis.com");
  info.set("metadata", std::move(metadata));
  return info;
}

json::Value help(std::string_view description, std::string_view url) {
  json::Value link;
  link.set("description", description);
  link.set("url", url);
  json::Value value = detail("Help");
  value.set("links", json::Array{std::move(link)});
  return value;
}

GeminiError key_error(std::string_view message) {
  json::Value localized = detail("LocalizedMessage");
  localized.set("locale", "en-US");
  localized.set("message", message);
  GeminiError error = invalid_argument(std::string(message));
  error.details = {error_info("API_KEY_INVALID"), std::move(localized)};
  error.about = GeminiError::About::Key;
  return error;
}

// A protobuf Duration, with the fraction that real ones have.
std::string duration_of(std::chrono::milliseconds time) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(),
                                 text.size(),
                                 "%lld.%03lld824224s",
                                 static_cast<long long>(time.count() / 1000),
                                 static_cast<long long>(time.count() % 1000));
  return {text.data(), static_cast<std::size_t>(size)};
}

struct Quota {
  std::string_view metric;
  std::string_view id;
  std::string_view limit;
  std::chrono::milliseconds retry_after;
};

GeminiError exhausted(const Quota& quota, std::string_view model) {
  const std::string metric = std::string(service) + "/" + std::string(quota.metric);
  const std::string delay = duration_of(quota.retry_after);
  json::Value dimensions;
  dimensions.set("location", "global");
  dimensions.set("model", model);
  json::Value violation;
  violation.set("quotaMetric", metric);
  violation.set("quotaId", quota.id);
  violation.set("quotaDimensions", std::move(dimensions));
  if (quota.limit != "0") violation.set("quotaValue", quota.limit);
  json::Value failure = detail("QuotaFailure");
  failure.set("violations", json::Array{std::move(violation)});
  json::Value retry = detail("RetryInfo");
  retry.set("retryDelay", delay);
  return {.http_status = 429,
          .status = "RESOURCE_EXHAUSTED",
          .message =
              "You exceeded your current quota, please check your plan and billing details. "
              "For more information on this error, head to: "
              "https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current "
              "usage, head to: https://ai.dev/rate-limit. \n* Quota exceeded for metric: " +
              metric + ", limit: " + std::string(quota.limit) + ", model: " + std::string(model) +
              "\nPlease retry in " + delay + ".",
          .details = {help("Learn more about Gemini API quotas",
                           "https://ai.google.dev/gemini-api/docs/rate-limits"),
                      std::move(failure),
                      std::move(retry)}};
}

GeminiError service_disabled() {
  const std::string url = "https://console.developers.google.com/apis/api/" + std::string(service) +
                          "/overview?project=12345678";
  return {.http_status = 403,
          .status = "PERMISSION_DENIED",
          .message =
              "Generative Language API has not been used in project 12345678 before or it "
              "is disabled. Enable it by visiting " +
              url +
              " then retry. If you enabled this API recently, wait a few minutes for the "
              "action to propagate to our systems and retry.",
          .details = {help("Google developers console API activation", url),
                      error_info("SERVICE_DISABLED")}};
}

std::optional<GeminiError> quota_error(const FaultSet& faults, std::string_view model) {
  if (faults.has(Fault::Rate))
    return exhausted({.metric = "generate_content_paid_tier_input_token_count",
                      .id = "GenerateContentPaidTierInputTokensPerModelPerMinute",
                      .limit = "1000000",
                      .retry_after = faults.time(Fault::Rate, rate_wait_default)},
                     model);
  if (faults.has(Fault::RateReset)) {
    GeminiError error = exhausted({.metric = "generate_content_paid_tier_input_token_count",
                                   .id = "GenerateContentPaidTierInputTokensPerModelPerMinute",
                                   .limit = "1000000",
                                   .retry_after = faults.time(Fault::RateReset, rate_wait_default)},
                                  model);
    error.details.clear();
    return error;
  }
  if (faults.has_any({Fault::QuotaDay, Fault::NoCredit, Fault::KeyLimit}))
    return exhausted({.metric = "generate_requests_per_model_per_day",
                      .id = "GenerateRequestsPerDayPerProjectPerModel",
                      .limit = "250",
                      .retry_after = std::chrono::seconds(38)},
                     model);
  if (faults.has(Fault::FreeTier))
    return exhausted({.metric = "generate_content_free_tier_requests",
                      .id = "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
                      .limit = "0",
                      .retry_after = std::chrono::seconds(34)},
                     model);
  if (faults.has_any({Fault::BareRate, Fault::UpstreamRate}))
    return GeminiError{.http_status = 429,
                       .status = "RESOURCE_EXHAUSTED",
                       .message = "Resource has been exhausted (e.g. check quota).",
                       .details = {}};
  return std::nullopt;
}

GeminiError::Code code_of(const FaultSet& faults) {
  if (faults.has(Fault::NoCode)) return GeminiError::Code::Missing;
  return faults.has(Fault::CodeText) ? GeminiError::Code::Text : GeminiError::Code::Number;
}

std::optional<GeminiError> server_error(const FaultSet& faults) {
  if (faults.has_any({Fault::Overloaded, Fault::Saturated, Fault::NoRoute}))
    return GeminiError{.http_status = 503,
                       .status = "UNAVAILABLE",
                       .message =
                           "This model is currently experiencing high demand. Spikes in "
                           "demand are usually temporary. Please try again later.",
                       .details = {}};
  if (faults.has_any({Fault::Internal,
                      Fault::UpstreamError,
                      Fault::UpstreamNonsense,
                      Fault::CodeText,
                      Fault::NoCode,
                      Fault::Error200}))
    return GeminiError{.http_status = 500,
                       .status = "INTERNAL",
                       .message =
                           "An internal error has occurred. Please retry or report in "
                           "https://developers.generativeai.google/guide/troubleshooting",
                       .details = {},
                       .about = GeminiError::About::Other,
                       .code = code_of(faults)};
  if (faults.has_any({Fault::Deadline, Fault::EdgeTimeout}))
    return GeminiError{.http_status = 504,
                       .status = "DEADLINE_EXCEEDED",
                       .message = "Deadline expired before operation could complete.",
                       .details = {}};
  return std::nullopt;
}

std::optional<GeminiError> account_error(const FaultSet& faults) {
  if (faults.has(Fault::InvalidKey)) return invalid_key();
  if (faults.has(Fault::ExpiredKey)) return key_error("API key expired. Please renew the API key.");
  if (faults.has(Fault::LeakedKey))
    return GeminiError{
        .http_status = 403,
        .status = "PERMISSION_DENIED",
        .message = "Your API key was reported as leaked. Please use another API key.",
        .details = {},
        .about = GeminiError::About::Key};
  if (faults.has(Fault::ServiceDisabled)) return service_disabled();
  if (faults.has(Fault::Region))
    return GeminiError{.http_status = 400,
                       .status = "FAILED_PRECONDITION",
                       .message = "User location is not supported for the API use.",
                       .details = {}};
  return std::nullopt;
}

}  // namespace

json::Value error_document(const GeminiError& error) {
  json::Value inner;
  if (error.code == GeminiError::Code::Number)
    inner.set("code", static_cast<int>(error.http_status));
  if (error.code == GeminiError::Code::Text) inner.set("code", std::to_string(error.http_status));
  inner.set("message", error.message);
  inner.set("status", error.status);
  if (!error.details.empty()) inner.set("details", error.details);
  json::Value document;
  document.set("error", std::move(inner));
  return document;
}

Reply error_reply(const GeminiError& error) {
  return make_reply(error.http_status,
                    "application/json; charset=UTF-8",
                    json::write(error_document(error), json::Layout::Indented) + "\n");
}

GeminiError invalid_argument(std::string message) {
  return {.http_status = 400,
          .status = "INVALID_ARGUMENT",
          .message = std::move(message),
          .details = {}};
}

GeminiError field_violation(std::string_view field, std::string message) {
  json::Value violation;
  if (!field.empty()) violation.set("field", field);
  violation.set("description", message);
  json::Value bad_request = detail("BadRequest");
  bad_request.set("fieldViolations", json::Array{std::move(violation)});
  GeminiError error = invalid_argument(std::move(message));
  error.details = {std::move(bad_request)};
  return error;
}

GeminiError invalid_key() {
  return key_error("API key not valid. Please pass a valid API key.");
}

GeminiError expired_token() {
  return {
      .http_status = 401,
      .status = "UNAUTHENTICATED",
      .message =
          "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
          "cookie or other valid authentication credential.",
      .details = {},
      .about = GeminiError::About::Key};
}

GeminiError missing_key() {
  return {.http_status = 403,
          .status = "PERMISSION_DENIED",
          .message =
              "Method doesn't allow unregistered callers (callers without established "
              "identity). Please use API Key or other form of API consumer identity to call "
              "this API.",
          .details = {},
          .about = GeminiError::About::Key};
}

GeminiError unknown_model(std::string_view name, std::string_view method) {
  return {.http_status = 404,
          .status = "NOT_FOUND",
          .message = "models/" + std::string(name) +
                     " is not found for API version v1beta, or is not supported for " +
                     std::string(method) +
                     ". Call ModelService.ListModels to see the list of available models and their "
                     "supported methods.",
          .details = {}};
}

GeminiError request_too_large() {
  return invalid_argument("Request payload size exceeds the limit: " +
                          std::to_string(gemini_request_size_max) + " bytes.");
}

std::optional<GeminiError> error_of(const FaultSet& faults, std::string_view model) {
  if (!faults.unknown_name().empty())
    return invalid_argument("The emulator has no fault named '" + faults.unknown_name() + "'.");
  if (auto error = account_error(faults)) return error;
  if (auto error = quota_error(faults, model)) return error;
  if (faults.has(Fault::NoModel)) return unknown_model(model, "generateContent");
  if (faults.has(Fault::TooLarge)) return request_too_large();
  return server_error(faults);
}

}  // namespace patchbay::emulator
