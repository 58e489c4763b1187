// {"error": {…}} as OpenAI shaped it, with what its relatives added.
#pragma once

#include <patchbay/failure.hpp>
#include <patchbay/json.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shared {

// What an error says, wherever it stood; empty and 0 where it says nothing of the kind.
class ErrorFields {
 public:
  // `at` is "", or "choices[]." and the like: where an `error` may stand. Beside it, at "" alone,
  // the bare forms {"error": "…"}, {"message": "…"} and {"detail": "…"} are read.
  void select(patchbay::JsonReader& reader, std::string_view at);

  [[nodiscard]] bool present() const { return has_object || !bare_message.empty(); }
  // The provider's words, with those of whoever it asked in turn.
  [[nodiscard]] std::string words() const;
  // The most telling of its codes.
  [[nodiscard]] std::string code_name() const;
  [[nodiscard]] bool says(std::string_view text) const;

  bool has_object = false;  // an `error` that is an object
  bool has_code = false;    // with these keys in it, null or not
  bool has_type = false;
  bool has_param = false;
  bool has_metadata = false;
  bool has_moderation = false;  // it says what was flagged, or which pattern matched
  std::uint64_t number = 0;     // `code` where it is a number, or `http_status`
  std::string code;             // `code` where it is a text
  std::string type;
  std::string status;       // as Google's: "INVALID_ARGUMENT"
  std::string kind;         // `error_type`
  std::string unavailable;  // `availability.code`
  std::string origin;
  std::string message;
  std::string bare_message;
  std::uint64_t retry_after_s = 0;
  std::string reset;  // when a limit ends, as an echoed header says it

 private:
  std::string raw_;  // of whoever was asked, often JSON in a string
  std::string asked_;
};

// How one provider's errors are read.
struct Dialect {
  // Whether it is this provider's own error format: nothing else may change the state of a key.
  bool (*is_own)(const ErrorFields& error);
  // PATCHBAY_ERR_*. `status` is the HTTP status, or 200 for an error inside an answer.
  std::uint32_t (*category_of)(const ErrorFields& error, std::uint32_t status);
};

// One word that a provider uses for a category.
struct CodeWord {
  std::string_view word;
  std::uint32_t category;
};
// The category of the first of the error's codes that is listed; 0 where none is.
[[nodiscard]] std::uint32_t category_of_codes(const ErrorFields& error,
                                              std::span<const CodeWord> listed);

// The status that counts: the HTTP status, or within an answer that began well the error's own.
[[nodiscard]] std::uint32_t status_of(const ErrorFields& error, std::uint32_t http_status);

// The failure that it is. Requires present().
[[nodiscard]] patchbay::Failure failure_of(const ErrorFields& error,
                                           const Dialect& dialect,
                                           std::uint32_t http_status);

}  // namespace shared
