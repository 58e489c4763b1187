#include "host/oauth/login_tokens.hpp"

#include "host/oauth/grant.hpp"
#include "host/oauth/secret_text.hpp"
#include "host/vault/vault.hpp"

#include <charconv>
#include <utility>

namespace patchbay::host {
namespace {

// Lines: this, the key's id, the time, the refresh token, the access token. No token has a line
// feed in it.
constexpr std::string_view first_line = "patchbay login 1";

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

Result<SecretBytes> LoginTokens::text(const std::string& key_id) const {
  SecretText out = PATCHBAY_TRY(SecretText::create(Vault::credential_size_max));
  const auto add_line = [&out](std::string_view line) {
    out.append(line);
    out.append("\n");
  };
  add_line(first_line);
  add_line(key_id);
  add_line(std::to_string(fresh_until_unix_ms));
  add_line(refresh_token.expose_text());
  const std::size_t room = Vault::credential_size_max - out.view().size();
  if (access_token.size() <= room) out.append(access_token.expose_text());
  return out.take();
}

Result<LoginTokens> LoginTokens::parse(const SecretBytes& text, const std::string& key_id) {
  std::string_view rest = text.expose_text();
  const bool is_known = take_line(rest) == first_line && take_line(rest) == key_id;
  LoginTokens tokens;
  const std::string_view time = take_line(rest);
  const auto [end, failure] =
      std::from_chars(time.data(), time.data() + time.size(), tokens.fresh_until_unix_ms);
  const std::string_view refresh = take_line(rest);
  if (!is_known || failure != std::errc() || !is_token(refresh))
    return Error{ErrorCode::Vault, "the tokens that are stored for the key are of another one"};
  tokens.refresh_token = PATCHBAY_TRY(SecretBytes::copy_of(refresh));
  if (is_token(rest)) tokens.access_token = PATCHBAY_TRY(SecretBytes::copy_of(rest));
  return tokens;
}

}  // namespace patchbay::host
