// Storing a key, for `configure` and `key add`: whose it is, whether it works, and the sealed row.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "host/cli/command.hpp"
#include "host/cli/credential.hpp"
#include "host/cli/values.hpp"
#include "host/key_storing.hpp"
#include "host/registry/registry.hpp"
#include "host/router/router.hpp"
#include "host/vault/vault.hpp"

#include <optional>
#include <string>
#include <vector>

namespace patchbay::cli {

class Context;
class Terminal;

struct KeyArguments {
  CredentialArguments credential;
  std::optional<std::string> provider;
  std::optional<std::string> label;
  std::optional<std::string> priority;
  bool no_verify = false;
};

using host::KeyPlan;

inline constexpr NumberRange key_priority_range{-1'000'000, 1'000'000};

// From the option that was given, hidden from then on in all that is said.
[[nodiscard]] Result<SecretBytes> credential_from_options(const CredentialArguments& arguments,
                                                          Context& context);
// For the provider of that name. Errors: UnknownProvider, Inactive, BadInput where it needs no key,
// Tampered where its keys were signed for another place.
[[nodiscard]] Result<KeyPlan> plan_for(const std::string& provider,
                                       const KeyArguments& arguments,
                                       Context& context);
// Says where the key will be sent, then asks for it. Errors: Usage, where nobody is there to
// answer.
[[nodiscard]] Result<SecretBytes> ask_for_key(const KeyPlan& plan, Context& context);
// The provider that a key's prefix tells. Errors: Usage.
[[nodiscard]] Result<std::string> provider_named_by(const SecretBytes& credential,
                                                    Context& context);
// "The key will be sent to … and nowhere else."
[[nodiscard]] std::string words_about_origins(const KeyPlan& plan);
// A sentence where the key does not look like this provider's.
[[nodiscard]] std::optional<std::string> prefix_warning(const KeyPlan& plan,
                                                        const SecretBytes& credential);
// Asks the provider, where its adapter can. A login is renewed for it, and may be another one
// afterwards: that one is to be stored. Errors: AuthInvalid and others; nothing is stored then.
[[nodiscard]] Status verify_credential(KeyPlan& plan, SecretBytes& credential, Context& context);
// The keys for the same environment and user that are switched on.
[[nodiscard]] Result<std::vector<host::Key>> active_keys_beside(const KeyPlan& plan,
                                                                Context& context);
[[nodiscard]] Result<host::Key> store_credential(const KeyPlan& plan,
                                                 const SecretBytes& credential,
                                                 const host::Owner& owner,
                                                 Context& context);

}  // namespace patchbay::cli
