// How an error looks in a document: its code, words and next step.
#pragma once

#include "core/base/error.hpp"
#include "core/json/value.hpp"

#include <cstdint>
#include <string>

namespace patchbay::cli {

[[nodiscard]] inline json::Value document_of(const Error& error) {
  const ErrorDescription& description = describe(error.code);
  json::Value body;
  body.set("code", description.name);
  body.set("message", error.message);
  body.set("hint", error.hint.empty() ? std::string(description.advice) : error.hint);
  body.set("retryable", description.retry == Retry::Later);
  if (!error.provider.empty()) body.set("provider", error.provider);
  if (error.retry_after.count() > 0) {
    body.set("retry_after_seconds",
             static_cast<std::int64_t>((error.retry_after.count() + 999) / 1000));
  }
  return body;
}

}  // namespace patchbay::cli
