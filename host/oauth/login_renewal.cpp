#include "host/oauth/login_renewal.hpp"

#include "core/base/id.hpp"
#include "core/crypto/encoding.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

bool is_same(const SecretBytes& one, const SecretBytes& other) {
  return std::ranges::equal(one.expose(), other.expose());
}

}  // namespace

std::int64_t fresh_until(std::int64_t now_unix_ms, std::chrono::milliseconds life) {
  constexpr int share = 10;
  const auto reserve = std::min(AccessTokens::renewed_before, life / share);
  return now_unix_ms + (life - reserve).count();
}

LoginRenewal::LoginRenewal(const AccessTokens::Dependencies& dependencies,
                           AccessTokens::Login login,
                           SecretBytes refused,
                           Over over)
    : dependencies_(dependencies),
      login_(std::move(login)),
      refused_(std::move(refused)),
      over_(std::move(over)),
      grant_sha256_(grant_sha256_of(login_)) {}

std::string LoginRenewal::grant_sha256_of(const AccessTokens::Login& login) {
  return crypto::to_hex(crypto::sha256(crypto::bytes_of(login.token)));
}

void LoginRenewal::start() {
  later(std::chrono::milliseconds(0), &LoginRenewal::look);
}

void LoginRenewal::look() {
  if (const auto tokens = stored(); tokens && is_usable(*tokens)) {
    auto copy = SecretBytes::copy_of(tokens->access_token.expose());
    if (!copy.ok()) return finish(copy.error());
    return finish(Outcome{std::move(copy).value(), tokens->fresh_until_unix_ms});
  }
  if (holder_.empty()) {
    auto id = new_uuid();
    if (!id.ok()) return finish(id.error());
    holder_ = std::move(id).value();
  }
  const auto taken = take_lease(dependencies_.database, lease());
  if (!taken.ok()) return finish(taken.error());
  if (!taken.value()) return later(lease_look_interval, &LoginRenewal::look);
  ask();
}

void LoginRenewal::ask() {
  auto found = grant();
  if (!found.ok()) return give_up(found.error());
  grant_ = std::move(found).value();
  ++exchanges_;
  auto started =
      TokenExchange::start({dependencies_.loop, dependencies_.client, dependencies_.redactor},
                           login_.place,
                           grant_,
                           [this](Result<TokenAnswer> answer) { settle(std::move(answer)); });
  if (!started.ok()) return give_up(started.error());
  exchange_ = std::move(started).value();
}

void LoginRenewal::settle(Result<TokenAnswer> answer) {
  if (answer.ok()) return keep(std::move(answer).value());
  const bool has_ended = answer.error().code == ErrorCode::AuthInvalid;
  const auto newest = has_ended && exchanges_ < exchanges_max ? stored() : std::nullopt;
  // Another program renewed it after its lease had ended: what it got is good.
  if (newest && !is_same(newest->refresh_token, grant_.refresh_token))
    return later(std::chrono::milliseconds(0), &LoginRenewal::ask);
  give_up(answer.error());
}

void LoginRenewal::keep(TokenAnswer answer) {
  const bool is_stated = answer.expires_in.count() > 0;
  const std::chrono::milliseconds life = is_stated ? answer.expires_in : life_where_not_stated;
  LoginTokens tokens;
  tokens.refresh_token = answer.refresh_token.empty() ? std::move(grant_.refresh_token)
                                                      : std::move(answer.refresh_token);
  tokens.access_token = std::move(answer.access_token);
  tokens.fresh_until_unix_ms = fresh_until(dependencies_.clock.unix_ms(), life);
  const Status kept = store(tokens);
  if (!kept.ok())
    dependencies_.log.error("a renewed login could not be stored, and may be lost: " +
                            kept.error().message);
  finish(Outcome{std::move(tokens.access_token), tokens.fresh_until_unix_ms});
}

void LoginRenewal::give_up(Error error) {
  const Status ended = end_lease(dependencies_.database, lease());
  if (!ended.ok()) dependencies_.log.warning(ended.error().message);
  finish(std::move(error));
}

void LoginRenewal::finish(Result<Outcome> outcome) {
  // Moved out first: the receiver may drop this object.
  const Over over = std::move(over_);
  over(std::move(outcome));
}

void LoginRenewal::later(std::chrono::milliseconds delay, void (LoginRenewal::*step)()) {
  timer_ = dependencies_.loop.after(delay, [this, step] { (this->*step)(); });
}

std::optional<LoginTokens> LoginRenewal::stored() const {
  auto found = read_stored();
  if (found.ok()) return std::move(found).value();
  dependencies_.log.warning("the stored tokens of a login are not used: " + found.error().message);
  return std::nullopt;
}

Result<std::optional<LoginTokens>> LoginRenewal::read_stored() const {
  const auto row = PATCHBAY_TRY(read_token_row(dependencies_.database, login_.key_id));
  if (!row || row->grant_sha256 != grant_sha256_) return std::optional<LoginTokens>();
  const Vault* vault = PATCHBAY_TRY(dependencies_.vault());
  const SecretBytes text = PATCHBAY_TRY(vault->decrypt(row->token, row->key_version));
  return std::optional<LoginTokens>(PATCHBAY_TRY(LoginTokens::parse(text, login_.key_id)));
}

// What its owner stored, with the refresh token that came last.
Result<Grant> LoginRenewal::grant() const {
  const Vault* vault = PATCHBAY_TRY(dependencies_.vault());
  const SecretBytes credential = PATCHBAY_TRY(vault->decrypt(login_.token, login_.key_version));
  Grant grant = PATCHBAY_TRY(parse_grant(credential));
  if (auto newest = stored()) grant.refresh_token = std::move(newest->refresh_token);
  return grant;
}

Status LoginRenewal::store(const LoginTokens& tokens) const {
  const Vault* vault = PATCHBAY_TRY(dependencies_.vault());
  const std::int64_t now = dependencies_.clock.unix_ms();
  const SecretBytes text = PATCHBAY_TRY(tokens.text(login_.key_id));
  const auto encrypted = PATCHBAY_TRY(vault->encrypt(text, now / 1000));
  return write_token_row(dependencies_.database,
                         login_.key_id,
                         {grant_sha256_, encrypted.token, encrypted.key_version},
                         now);
}

bool LoginRenewal::is_usable(const LoginTokens& tokens) const {
  return !tokens.access_token.empty() &&
         tokens.fresh_until_unix_ms > dependencies_.clock.unix_ms() &&
         !is_same(tokens.access_token, refused_);
}

Lease LoginRenewal::lease() const {
  const std::int64_t now = dependencies_.clock.unix_ms();
  return {login_.key_id, holder_, now, now + lease_time.count()};
}

}  // namespace patchbay::host
