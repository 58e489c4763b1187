#include "host/oauth/access_tokens.hpp"

#include "host/oauth/login_renewal.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace patchbay::host {

// What is known of one login in this program, and who waits for it.
struct AccessTokens::State {
  struct Waiter {
    std::weak_ptr<bool> alive;
    Done done;
  };

  SecretBytes access_token;  // empty: none
  std::int64_t fresh_until_unix_ms = 0;
  std::string grant_sha256;
  SecretBytes refused;  // by the provider, before its time
  std::vector<Waiter> waiters;
  std::unique_ptr<LoginRenewal> renewal;
  net::EventLoop::Timer timer;
};

AccessTokens::AccessTokens(Dependencies dependencies) : dependencies_(std::move(dependencies)) {}
AccessTokens::~AccessTokens() = default;

AccessTokens::Waiting AccessTokens::get(Login login, Done done) {
  auto& slot = states_[login.key_id];
  if (slot == nullptr) slot = std::make_unique<State>();
  State& state = *slot;
  auto alive = std::make_shared<bool>(true);
  const bool is_fresh = state.renewal == nullptr && !state.access_token.empty() &&
                        state.fresh_until_unix_ms > dependencies_.clock.unix_ms() &&
                        state.grant_sha256 == LoginRenewal::grant_sha256_of(login);
  if (is_fresh) {
    // Shared, because a task is copied.
    auto token =
        std::make_shared<Result<SecretBytes>>(SecretBytes::copy_of(state.access_token.expose()));
    dependencies_.loop.post([waits = std::weak_ptr<bool>(alive), done = std::move(done), token] {
      if (!waits.expired()) done(std::move(*token));
    });
    return Waiting(std::move(alive));
  }
  state.waiters.push_back({alive, std::move(done)});
  if (state.renewal == nullptr) renew(state, std::move(login));
  return Waiting(std::move(alive));
}

void AccessTokens::renew(State& state, Login login) {
  const std::string key_id = login.key_id;
  state.grant_sha256 = LoginRenewal::grant_sha256_of(login);
  const auto over = [this, key_id](Result<LoginRenewal::Outcome> outcome) {
    State& renewed = *states_.at(key_id);
    const Status status = outcome.ok() ? Status() : Status(outcome.error());
    if (outcome.ok()) {
      renewed.access_token = std::move(outcome.value().access_token);
      renewed.fresh_until_unix_ms = outcome.value().fresh_until_unix_ms;
    }
    // From the loop: the renewal must not be dropped while it reports.
    renewed.timer = dependencies_.loop.after(std::chrono::milliseconds(0),
                                             [this, key_id, status] { deliver(key_id, status); });
  };
  state.renewal = std::make_unique<LoginRenewal>(
      dependencies_, std::move(login), std::exchange(state.refused, {}), over);
  state.renewal->start();
}

void AccessTokens::deliver(const std::string& key_id, const Status& status) {
  State& state = *states_.at(key_id);
  state.renewal.reset();
  // Whoever is called may ask again, or refuse what it got.
  const std::vector<State::Waiter> waiters = std::exchange(state.waiters, {});
  std::vector<Result<SecretBytes>> tokens;
  for (std::size_t i = 0; i < waiters.size(); ++i) {
    tokens.push_back(status.ok() ? SecretBytes::copy_of(state.access_token.expose())
                                 : Result<SecretBytes>(status.error()));
  }
  for (std::size_t i = 0; i < waiters.size(); ++i)
    if (!waiters[i].alive.expired()) waiters[i].done(std::move(tokens[i]));
}

void AccessTokens::refuse(const std::string& key_id, const SecretBytes& access_token) {
  const auto found = states_.find(key_id);
  if (found == states_.end()) return;
  State& state = *found->second;
  // Another one was renewed since.
  if (!std::ranges::equal(state.access_token.expose(), access_token.expose())) return;
  auto copy = SecretBytes::copy_of(access_token.expose());
  if (copy.ok()) state.refused = std::move(copy).value();
  state.fresh_until_unix_ms = 0;
}

}  // namespace patchbay::host
