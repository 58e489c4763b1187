#include "plugins/shared/answer_error.hpp"

#include "plugins/shared/words.hpp"
#include <patchbay/http_error.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace shared {
namespace {

constexpr std::size_t message_size_max = 4096;
constexpr std::size_t code_size_max = 128;
constexpr std::size_t raw_shown_max = 500;

// {"error": {"message": "…"}} or {"message": "…"} out of a body that came as a string.
std::string inner_message(const std::string& raw) {
  std::string message;
  patchbay::JsonReader reader;
  for (const char* path : {"message", "error", "error.message", "[].error.message"})
    reader.text(path, message, raw_shown_max);
  const bool is_json = reader.write(raw) && reader.finish();
  if (is_json && !message.empty()) return message;
  std::string text = raw.substr(0, raw_shown_max);
  patchbay::drop_partial_utf8(text);
  return text;
}

}  // namespace

void ErrorFields::select(patchbay::JsonReader& reader, std::string_view at) {
  const std::string error = std::string(at) + "error";
  reader.enter(error, [this] { has_object = true; });
  reader.text(error + ".message", message, message_size_max);
  reader.seen(error + ".code", has_code).text(error + ".code", code, code_size_max);
  reader.count(error + ".code", number).count(error + ".http_status", number);
  reader.seen(error + ".type", has_type).text(error + ".type", type, code_size_max);
  reader.seen(error + ".param", has_param).text(error + ".status", status, code_size_max);
  reader.text(error + ".origin", origin, code_size_max);
  reader.text(error + ".error_type", kind, code_size_max);
  reader.text(error + ".availability.code", unavailable, code_size_max);
  reader.count(error + ".availability.retry_after", retry_after_s);
  const std::string metadata = error + ".metadata";
  reader.seen(metadata, has_metadata).text(metadata + ".error_type", kind, code_size_max);
  reader.text(metadata + ".raw", raw_, message_size_max);
  reader.text(metadata + ".headers.X-RateLimit-Reset", reset, 32);
  reader.text(metadata + ".provider_name", asked_, code_size_max);
  for (const char* flagged : {".reasons[]", ".flagged_input", ".patterns[]"})
    reader.seen(metadata + flagged, has_moderation);
  if (!at.empty()) return;
  for (const char* path : {"error", "message", "detail"})
    reader.text(path, bare_message, message_size_max);
}

std::string ErrorFields::words() const {
  std::string out = message.empty() ? bare_message : message;
  if (out.empty()) out = code_name();
  if (raw_.empty()) return out;
  const std::string inner = inner_message(raw_);
  if (inner == out) return out;
  if (!asked_.empty()) out += " (" + asked_ + ")";
  return out + ": " + inner;
}

std::string ErrorFields::code_name() const {
  for (const std::string* name : {&code, &unavailable, &kind, &status, &type})
    if (!name->empty()) return *name;
  return number == 0 ? std::string() : std::to_string(number);
}

bool ErrorFields::says(std::string_view text) const {
  return contains_words(message, text) || contains_words(raw_, text);
}

std::uint32_t category_of_codes(const ErrorFields& error, std::span<const CodeWord> listed) {
  for (const std::string* name :
       {&error.code, &error.unavailable, &error.kind, &error.status, &error.type}) {
    const auto found = std::find_if(
        listed.begin(), listed.end(), [&](const CodeWord& it) { return it.word == *name; });
    if (found != listed.end()) return found->category;
  }
  return 0;
}

std::uint32_t status_of(const ErrorFields& error, std::uint32_t http_status) {
  const bool is_status = error.number >= 400 && error.number < 600;
  if (http_status >= 400 || !is_status) return http_status;
  return static_cast<std::uint32_t>(error.number);
}

patchbay::Failure failure_of(const ErrorFields& error,
                             const Dialect& dialect,
                             std::uint32_t http_status) {
  patchbay::Failure failure;
  failure.category = dialect.category_of(error, http_status);
  failure.message = error.words();
  failure.http_status = http_status;
  failure.provider_code = error.code_name();
  failure.understood = dialect.is_own(error);
  // What broke inside an answer may have been paid for.
  failure.billed = http_status >= 400 ? patchbay::billed_of_status(http_status)
                                      : std::uint32_t{PATCHBAY_BILLED_UNKNOWN};
  failure.retry_after_ms =
      std::min(error.retry_after_s, patchbay::retry_after_ms_max / 1000) * 1000;
  return failure;
}

}  // namespace shared
