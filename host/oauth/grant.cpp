#include "host/oauth/grant.hpp"

#include "host/oauth/secret_text.hpp"
#include <patchbay/json.hpp>

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t client_id_size_max = 512;
constexpr std::size_t json_escape_size_max = 2;  // '"' and '\\' alone are escaped in visible ASCII

Error bad_setting(const Provider& provider, const std::string& what) {
  return Error{ErrorCode::BadInput,
               "the setting " + what + " of provider '" + provider.name + "' cannot be used",
               "change it with `patchbay provider set " + provider.name + " --setting NAME=VALUE`",
               provider.name};
}

Error bad_credential(std::string what) {
  return Error{ErrorCode::BadInput,
               std::move(what),
               "give the refresh token alone, or a JSON object with refresh_token, client_id and "
               "client_secret"};
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= oauth_token_size_max &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool renews_tokens(const Provider& provider, const AdapterManifest& manifest) {
  return provider.auth_type == oauth_auth_type && !token_url_of(provider, manifest).empty();
}

Result<TokenPlace> token_place_of(const Provider& provider, const AdapterManifest& manifest) {
  TokenPlace place;
  place.allow_private = provider.allows_private() ? net::AllowPrivate::Yes : net::AllowPrivate::No;
  auto url = net::parse_endpoint(token_url_of(provider, manifest), place.allow_private);
  if (!url.ok()) return bad_setting(provider, "oauth_token_url (" + url.error().message + ")");
  place.url = std::move(url).value();
  place.client_id = provider.setting("oauth_client_id");
  place.scope = provider.setting("oauth_scope");
  if (!place.client_id.empty() && !is_token(place.client_id))
    return bad_setting(provider, "oauth_client_id");
  if (!place.scope.empty() && !is_token(place.scope)) return bad_setting(provider, "oauth_scope");
  const std::string how = provider.setting("oauth_client_auth");
  if (how == "basic") place.client_auth = TokenPlace::ClientAuth::Basic;
  if (!how.empty() && how != "basic" && how != "body")
    return bad_setting(provider, "oauth_client_auth (basic or body)");
  return place;
}

Result<Grant> parse_grant(const SecretBytes& credential) {
  Grant grant;
  const std::string_view text = credential.expose_text();
  if (!text.starts_with('{')) {
    if (!is_token(text)) return bad_credential("the refresh token is not visible ASCII");
    grant.refresh_token = PATCHBAY_TRY(SecretBytes::copy_of(text));
    return grant;
  }
  SecretText token = PATCHBAY_TRY(SecretText::create(oauth_token_size_max));
  SecretText secret = PATCHBAY_TRY(SecretText::create(oauth_token_size_max));
  JsonReader reader;
  const auto into = [](SecretText& out) {
    return [&out](std::string_view piece, bool) { out.append(piece); };
  };
  reader.pieces("refresh_token", into(token)).pieces("client_secret", into(secret));
  reader.text("client_id", grant.client_id, client_id_size_max);
  if (!reader.write(text) || !reader.finish()) return bad_credential("the credential is not JSON");
  if (token.is_full() || !is_token(token.view()))
    return bad_credential("the credential has no refresh_token, or none that can be sent");
  const bool has_secret = !secret.view().empty();
  if (secret.is_full() || (has_secret && !is_token(secret.view())))
    return bad_credential("the credential's client_secret cannot be sent");
  if (!grant.client_id.empty() && !is_token(grant.client_id))
    return bad_credential("the credential's client_id cannot be sent");
  grant.refresh_token = token.take();
  if (has_secret) grant.client_secret = secret.take();
  return grant;
}

Result<SecretBytes> Grant::credential_with(const SecretBytes& refreshed) const {
  if (client_id.empty() && client_secret.empty()) return SecretBytes::copy_of(refreshed.expose());
  constexpr std::size_t names_size = 80;
  const std::size_t size = refreshed.size() + client_id.size() + client_secret.size();
  SecretText out = PATCHBAY_TRY(SecretText::create(names_size + (json_escape_size_max * size)));
  out.append("{\"refresh_token\": ");
  out.append_quoted(refreshed.expose_text());
  if (!client_id.empty()) {
    out.append(", \"client_id\": ");
    out.append_quoted(client_id);
  }
  if (!client_secret.empty()) {
    out.append(", \"client_secret\": ");
    out.append_quoted(client_secret.expose_text());
  }
  out.append("}");
  return out.take();
}

}  // namespace patchbay::host
