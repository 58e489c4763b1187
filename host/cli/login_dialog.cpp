#include "host/cli/login_dialog.hpp"

#include "core/base/text.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/credential.hpp"
#include "host/cli/errand.hpp"
#include "host/cli/terminal.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr std::string_view key_label = "patchbay";

// Also where notes are not shown: without the address nothing goes on.
void show_address(const std::string& address, Context& context) {
  const std::string words = "Open this address in a browser:\n  " + address;
  const auto terminal = Terminal::open();
  if (terminal.ok()) return terminal.value().say(words + "\n");
  context.console().note(words);
}

Result<SecretBytes> code_by_callback(const host::LoginPlaces& places,
                                     const host::PkceSecret& secret,
                                     Context& context) {
  return run_errand<SecretBytes>(
      context,
      "Waiting for the browser",
      [&](host::Host& host, const Settle<SecretBytes>& settle) -> Result<std::shared_ptr<void>> {
        std::shared_ptr<host::LoginCallback> callback =
            PATCHBAY_TRY(host::LoginCallback::listen(host.loop(), secret, settle));
        show_address(secret.address(places, callback->address(), key_label), context);
        return std::shared_ptr<void>(std::move(callback));
      });
}

Result<SecretBytes> code_by_hand(const host::LoginPlaces& places,
                                 const host::PkceSecret& secret,
                                 Context& context) {
  show_address(secret.address(places, {}, key_label), context);
  if (someone_is_there()) {
    const Terminal terminal = PATCHBAY_TRY(Terminal::open());
    return terminal.ask_hidden("The code that it shows: ", host::oauth_token_size_max);
  }
  CredentialArguments from_stdin;
  from_stdin.from_stdin = true;
  return read_credential(from_stdin, SecretBytes(), context.console());
}

}  // namespace

Result<host::LoginPlaces> login_places_of(const host::Provider& provider,
                                          const host::AdapterManifest& manifest) {
  if (!manifest.browser_login)
    return Error{ErrorCode::BadInput,
                 "provider '" + provider.name + "' has no login for programs",
                 "store a key with `patchbay configure --provider " + provider.name + "`",
                 provider.name};
  host::LoginPlaces places;
  places.allow_private = provider.allows_private() ? net::AllowPrivate::Yes : net::AllowPrivate::No;
  const std::string set = provider.setting(host::login_page_setting);
  const std::string& page = set.empty() ? manifest.browser_login->authorize : set;
  places.authorize = PATCHBAY_TRY(net::parse_endpoint(page, places.allow_private));
  const net::Url base =
      PATCHBAY_TRY(net::parse_endpoint(provider.endpoint_url, places.allow_private));
  places.exchange = PATCHBAY_TRY(net::join_target(base, manifest.browser_login->exchange));
  return places;
}

Result<SecretBytes> log_in(const host::LoginPlaces& places,
                           CodeComes code_comes,
                           Context& context) {
  const host::PkceSecret secret = PATCHBAY_TRY(host::PkceSecret::create());
  const SecretBytes code =
      PATCHBAY_TRY(code_comes == CodeComes::ByHand ? code_by_hand(places, secret, context)
                                                   : code_by_callback(places, secret, context));
  PATCHBAY_TRY(context.hide(code));
  return run_errand<SecretBytes>(
      context,
      "Fetching the key",
      [&](host::Host& host, const Settle<SecretBytes>& settle) -> Result<std::shared_ptr<void>> {
        net::HttpClient* client = PATCHBAY_TRY(host.login_client());
        std::shared_ptr<host::KeyExchange> exchange = PATCHBAY_TRY(
            host::KeyExchange::start(host.loop(), *client, places, secret, code, settle));
        return std::shared_ptr<void>(std::move(exchange));
      });
}

}  // namespace patchbay::cli
