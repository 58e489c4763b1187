#include "host/emulator/requesty_errors.hpp"

#include <array>
#include <utility>

namespace patchbay::emulator {
namespace {

using Origin = RequestyError::Origin;
using About = RequestyError::About;

// What each fault is answered with; the first of those that a request meets.
struct Row {
  Fault fault;
  unsigned http_status;
  Origin origin;
  std::string_view message;
  About about = About::Other;
};

constexpr std::string_view bad_key = "Invalid authorization token";
constexpr std::string_view blocked = "Provider blocked by policy";
constexpr std::string_view no_model = "Provider and/or model not supported";
constexpr std::string_view spent = "Reached monthly spend limit for API key";
constexpr std::string_view too_many = "Too many requests";
constexpr std::string_view timed_out = "The provider timed out, please try again";
constexpr std::string_view down = "Provider is down: Bad Gateway";
constexpr std::string_view overloaded = "Provider is overloaded, please try again later";
constexpr std::string_view internal = "Internal server error";

constexpr std::array error_rows = {
    Row{Fault::InvalidKey, 403, Origin::Router, bad_key, About::Key},
    Row{Fault::ExpiredKey, 403, Origin::Router, bad_key, About::Key},
    Row{Fault::LeakedKey, 403, Origin::Router, bad_key, About::Key},
    Row{Fault::ServiceDisabled, 403, Origin::Router, blocked},
    Row{Fault::Region, 403, Origin::Router, blocked},
    Row{Fault::Guardrail, 403, Origin::Router, blocked},
    Row{Fault::PromptBlocked, 400, Origin::Provider, "The prompt was blocked by the provider"},
    Row{Fault::NoModel, 404, Origin::Router, no_model},
    Row{Fault::FreeTier, 404, Origin::Router, no_model},
    Row{Fault::NoRoute, 404, Origin::Router, no_model},
    Row{Fault::TooLarge, 413, Origin::Router, "Request payload too large"},
    Row{Fault::NoCredit,
        402,
        Origin::Router,
        "Insufficient balance, top up at: https://app.requesty.ai/settings"},
    Row{Fault::QuotaDay, 412, Origin::Router, spent},
    Row{Fault::KeyLimit, 412, Origin::Router, spent},
    Row{Fault::Rate, 429, Origin::Router, too_many},
    Row{Fault::RateReset, 429, Origin::Router, too_many},
    Row{Fault::BareRate, 429, Origin::Router, too_many},
    Row{Fault::UpstreamRate, 429, Origin::Provider, too_many},
    Row{Fault::Overloaded, 529, Origin::Provider, overloaded},
    Row{Fault::Saturated, 529, Origin::Provider, overloaded},
    Row{Fault::Internal, 500, Origin::Router, internal},
    Row{Fault::Error200, 500, Origin::Router, internal},
    Row{Fault::UpstreamError, 502, Origin::Provider, down},
    Row{Fault::UpstreamNonsense, 424, Origin::Provider, "Invalid provider response format"},
    Row{Fault::Deadline, 503, Origin::Provider, timed_out},
    Row{Fault::EdgeTimeout, 503, Origin::Provider, timed_out},
    // It has no codes that could be missing or words.
    Row{Fault::CodeText, 502, Origin::Provider, down},
    Row{Fault::NoCode, 502, Origin::Provider, down},
};

}  // namespace

json::Value error_value(const RequestyError& error) {
  json::Value value;
  value.set("origin", error.origin == Origin::Router ? "router" : "provider");
  value.set("message", error.message);
  return value;
}

Reply error_reply(const RequestyError& error) {
  json::Value document;
  document.set("error", error_value(error));
  Reply reply = make_reply(error.http_status, "application/json", json::write(document));
  if (error.about == About::Key) reply.credential = Credential::Refused;
  return reply;
}

RequestyError requesty_error(unsigned http_status, std::string message) {
  return {.http_status = http_status, .message = std::move(message)};
}

RequestyError requesty_error(const ChatProblem& problem) {
  const bool is_large = problem.kind == ChatProblem::Kind::TooLarge;
  return requesty_error(is_large ? 413 : 400, problem.message);
}

RequestyError requesty_upstream_error(unsigned http_status, std::string message) {
  return {.http_status = http_status, .origin = Origin::Provider, .message = std::move(message)};
}

RequestyError requesty_missing_key() {
  return {.http_status = 401, .message = "Unauthorized", .about = About::Key};
}

RequestyError requesty_bad_key() {
  return {.http_status = 403, .message = std::string(bad_key), .about = About::Key};
}

RequestyError requesty_unknown_model() {
  return requesty_error(404, std::string(no_model));
}

RequestyError requesty_broken_stream() {
  return requesty_upstream_error(502, "There was a problem with the provider stream");
}

std::optional<RequestyError> requesty_error_of(const FaultSet& faults) {
  if (!faults.unknown_name().empty())
    return requesty_error(400, "The emulator has no fault named '" + faults.unknown_name() + "'.");
  for (const Row& row : error_rows)
    if (faults.has(row.fault))
      return RequestyError{.http_status = row.http_status,
                           .origin = row.origin,
                           .message = std::string(row.message),
                           .about = row.about};
  return std::nullopt;
}

}  // namespace patchbay::emulator
