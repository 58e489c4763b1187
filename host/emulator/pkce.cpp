#include "host/emulator/pkce.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::emulator {
namespace {

bool is_method(std::string_view method) {
  return method.empty() || method == "S256" || method == "plain";
}

// Without padding, as RFC 7636 has it.
std::string challenge_of(std::string_view verifier, std::string_view method) {
  if (method != "S256") return std::string(verifier);
  std::string text = crypto::to_base64url(crypto::sha256(crypto::bytes_of(verifier)));
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace

std::string PkceCodes::issue(std::string_view challenge,
                             std::string_view method,
                             std::int64_t now_ms) {
  if (!is_method(method)) return {};
  std::array<std::uint8_t, 16> bytes{};
  random_.fill(bytes);
  std::string code = "auth_code_" + crypto::to_hex(bytes);
  entries_.push_back({.code = code,
                      .challenge = std::string(challenge),
                      .method = std::string(method),
                      .issued_ms = now_ms});
  if (entries_.size() > count_max) entries_.pop_front();
  return code;
}

PkceCodes::Verdict PkceCodes::redeem(std::string_view code,
                                     std::string_view verifier,
                                     std::string_view method,
                                     std::int64_t now_ms) {
  if (!is_method(method)) return Verdict::UnknownMethod;
  const auto found = std::find_if(
      entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.code == code; });
  if (found == entries_.end()) return Verdict::Wrong;
  const Entry entry = std::move(*found);
  entries_.erase(found);
  const std::chrono::milliseconds age{now_ms - entry.issued_ms};
  if (age > life_time) return Verdict::Expired;
  const bool is_same_method = method == entry.method;
  const bool fits =
      entry.challenge.empty() || challenge_of(verifier, entry.method) == entry.challenge;
  return is_same_method && fits ? Verdict::Valid : Verdict::Wrong;
}

}  // namespace patchbay::emulator
