// Providers, keys and vouched plugins: the rows, their rules, and what their owner signed.
#pragma once

#include "core/base/clock.hpp"
#include "core/store/database.hpp"
#include "host/loader/catalog.hpp"
#include "host/outcome.hpp"
#include "host/provider.hpp"
#include "host/vault/audit.hpp"
#include "host/vault/vault.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

// The rules of the data model: lengths in characters, lower-case name, URL, auth type.
[[nodiscard]] Status check_provider(const Provider& provider);
[[nodiscard]] Status check_environment(std::string_view environment);

struct Destination;

// Whether a request may be sent to a provider.
enum class Gate : std::uint8_t {
  Open,
  Probe,   // open for this one alone, which is to see whether the trouble is over
  Probed,  // another one is seeing
  Paused,
};
struct Admission {
  Gate gate = Gate::Open;
  CoolDown pause;  // of Probed and Paused: until when at most, and why
};

// Whether a key that was refused may be switched off: one refusal can be a passing fault.
enum class RefusalState : std::uint8_t {
  Suspected,
  Confirmed,  // refused twice, at least 60 s apart, and never accepted in between
};

// Every change is one transaction, BEGIN IMMEDIATE. updated_at moves with it, but in a file that
// belongs to another program: there it never does.
class Registry {
 public:
  Registry(store::Database& database, const Clock& clock, VaultIdentity identity);

  // Who acts, in the audit trail, where no owner's key is at hand.
  void act_as(std::string_view actor) { actor_ = actor; }

  // ---- providers
  // Sorted by priority (the setting; lower first, 0 where there is none), created_at, name. One bad
  // row never hides the others.
  [[nodiscard]] Result<std::vector<Provider>> providers() const;
  // Errors: UnknownProvider, listing the names there are.
  [[nodiscard]] Result<Provider> provider(std::string_view name) const;
  [[nodiscard]] Result<Provider> add_provider(Provider provider);
  // Writes what changed, settings included, unless somebody else changed the row since it was read:
  // read it again before a second update. Keys sealed for the old endpoint, auth type, adapter or
  // allow_private become tampered, until reseal_keys(). The name stays.
  [[nodiscard]] Status update_provider(const Provider& provider);
  // Reads the row, lets `change` have it, and writes it, in one transaction. What it is now.
  [[nodiscard]] Result<Provider> change_provider(std::string_view name,
                                                 const std::function<Status(Provider&)>& change);
  [[nodiscard]] Status set_setting(const std::string& provider_id,
                                   std::string_view name,
                                   const std::optional<std::string>& value);
  // Refuses while keys exist. Registration will not bring it back.
  [[nodiscard]] Status remove_provider(std::string_view name);

  // A row for each loadable adapter that names an endpoint, where absent; the adapter's default
  // model, where nobody chose another. Never over a person's edit, nor in a file that belongs to
  // another program. Errors of one do not stop the rest; the first is returned.
  [[nodiscard]] Status register_adapters(const Catalog& catalog);
  // The row of one adapter, because a person asked for it: also in a file that belongs to another
  // program, and where it was removed. An existing row stays as it is.
  [[nodiscard]] Status ensure_provider(const Adapter& adapter);
  // The id of the adapter that a person means by its id or by its name. An id that nobody has is
  // taken as it is: its plugin may still come. Errors: NoAdapter.
  [[nodiscard]] static Result<std::string> adapter_id_of(const Catalog& catalog,
                                                         std::string_view given);
  // What a new row leaves open, as its adapter has it.
  static void complete_from_adapter(Provider& provider, const Catalog& catalog);
  // The adapter that serves a row: its pinned id, else the name.
  [[nodiscard]] static std::optional<Adapter> adapter_of(const Catalog& catalog,
                                                         const Provider& provider);

  // ---- how providers stand
  // Written down at once. A success, or any answer of the provider itself, ends all counting;
  // failure after failure ends in a pause, and each further one doubles it.
  enum class ProviderNews : std::uint8_t {
    Nothing,  // the one that was let through to see learnt nothing: another may
    Answered,
    UpstreamFailed,
    PluginFailed,
  };
  [[nodiscard]] Status note_provider(const std::string& provider_id,
                                     ProviderNews news,
                                     std::string_view reason);
  // Whether a request may be sent now. When a pause is over one request is let through to see, and
  // the others wait for what becomes of it.
  [[nodiscard]] Result<Admission> admit(const std::string& provider_id);

  // ---- keys
  // All keys, or those of one provider, with their seal state as it is now, sorted by priority
  // (lower first), created_at, id.
  [[nodiscard]] Result<std::vector<Key>> keys(const Catalog& catalog,
                                              std::string_view provider_id = {}) const;
  // What becomes of active keys of the same provider, environment and user.
  enum class Beside : std::uint8_t {
    Others,    // they stay
    None,      // there may be none
    Replaces,  // they are switched off
  };
  struct NewKey {
    std::string provider_id;
    std::string environment = "default";
    std::string user;
    std::string label;
    std::int64_t priority = 0;
    std::string token;
    std::int64_t key_version = 0;
    Beside beside = Beside::Others;
    // Where its owner was told that it goes: the row must say so still. Empty: wherever it says.
    std::optional<KeyStatement> shown{};
    std::vector<std::string> replaces{};  // keys that become inactive with it
    bool is_proven = false;  // the provider has just accepted it, at its endpoint as it is
  };
  // Stores, seals, and switches off what it replaces, in one transaction. Errors: AlreadyExists,
  // for Beside::None.
  [[nodiscard]] Result<Key> add_key(const Catalog& catalog, const NewKey& key, const Owner& owner);
  // Signs for the row as it is now, in a new activation. For unsealed and tampered keys, after a
  // change of the provider, and to switch a key on again. `shown` is what its owner agreed to: the
  // rows must say so still. Empty: whatever they say.
  [[nodiscard]] Status seal_key(const Catalog& catalog,
                                const std::string& key_id,
                                const Owner& owner,
                                const std::optional<KeyStatement>& shown = {});
  // Switches a key on that is as its owner signed it, before it was switched off. Errors: Tampered.
  [[nodiscard]] Status enable_key(const Catalog& catalog,
                                  const std::string& key_id,
                                  const Owner& owner);
  // What the owner has just said of a provider. Nobody vouches for the rest of its row.
  struct Said {
    bool endpoint = false;
    bool auth_type = false;
    bool allow_private = false;
    bool adapter = false;
  };
  struct Resealed {
    std::size_t sealed = 0;
    std::size_t left = 0;  // that go elsewhere than was signed, by something nobody said
  };
  // Signs anew for the provider as its owner has just written it, in one transaction: those of its
  // keys whose own columns are as they were signed, and whose destination differs from the signed
  // one by what was said alone. Switched-off keys stay as they are. Errors: Store, where the row is
  // not `provider` any more.
  [[nodiscard]] Result<Resealed> reseal_keys(const Catalog& catalog,
                                             const Provider& provider,
                                             const Owner& owner,
                                             const Said& said);
  // Whether the owner's signatures on this provider's keys agree with where its row sends them.
  // Errors: Tampered.
  [[nodiscard]] Status check_destination(const Catalog& catalog, const Provider& provider) const;
  struct KeyChange {
    std::optional<std::string> label{};
    std::optional<std::string> user{};  // empty text: nobody
    std::optional<std::int64_t> priority{};
  };
  // The owner's alone; a new user is signed for, in a new activation. Errors: NotAllowed; of a new
  // user: Tampered, where the key is not as it was signed, and Inactive.
  [[nodiscard]] Status change_key(const std::string& key_id,
                                  const KeyChange& change,
                                  const Owner& owner);
  [[nodiscard]] Status set_version(const std::string& key_id, std::int64_t key_version);
  // Needs no signature; recorded with the activation that it ends, and takes the signature away.
  [[nodiscard]] Status deactivate_key(const std::string& key_id, std::string_view reason);
  // The keys whose token an older derived version of the Fernet key opens.
  [[nodiscard]] Result<std::vector<std::string>> keys_of_older_versions(const Vault& vault) const;
  // Encrypts a key anew with the vault's active version and signs for it; one that is switched off
  // stays so. False, and nothing changed, where nobody signed for the key as it is, or its token
  // does not open. One transaction.
  [[nodiscard]] Result<bool> move_token(const std::string& key_id,
                                        const Vault& vault,
                                        const Owner& owner);
  [[nodiscard]] Status remove_key(const std::string& key_id, const Owner& owner);
  // A successful call was made; never goes back. Batched by the recorder.
  [[nodiscard]] Status mark_used(const std::string& key_id, std::int64_t unix_ms);

  // The key was accepted at the provider's endpoint as it is; written where that is news.
  [[nodiscard]] Status note_proof(const Key& key, const Provider& provider);
  // The endpoint where the key was accepted before, where that is another one than now and no key
  // of the provider was ever accepted at this one: then the endpoint is in doubt, not the key.
  [[nodiscard]] Result<std::optional<std::string>> proven_elsewhere(const Key& key,
                                                                    const Provider& provider) const;

  // Until then the key is passed over, for that model or all; a longer one that is under way stays.
  // Ends by itself, and by a success of the key.
  [[nodiscard]] Status cool_key_down(const std::string& key_id,
                                     const CoolDown& cool_down,
                                     std::string_view code);
  // A refusal that is stated in the provider's own format, for adapters that cannot verify. The key
  // cools down for 60 s.
  [[nodiscard]] Result<RefusalState> note_refusal(const std::string& key_id,
                                                  Category category,
                                                  std::string_view code,
                                                  std::int64_t unix_ms);

  // The statement a signature for this key must match; the origins are the endpoint's and, where
  // that is the provider's own, those that the manifest marks as credentialed.
  [[nodiscard]] Result<KeyStatement> statement_of(const Catalog& catalog,
                                                  const Provider& provider,
                                                  const Key& key) const;

  // The same, where the signature matches it: to be called at each use, with the rows that are
  // used. Errors: Tampered, also for an unsealed key; Inactive, where it was switched off since
  // it was read; NoAdapter.
  [[nodiscard]] Result<KeyStatement> checked_statement(const Catalog& catalog,
                                                       const Provider& provider,
                                                       const Key& key) const;

  // ---- plugins
  [[nodiscard]] Status trust_plugin(const FoundPlugin& plugin, const Owner& owner);
  [[nodiscard]] bool is_vouched(const FoundPlugin& plugin) const;

 private:
  // All within the caller's transaction.
  [[nodiscard]] Status record(const AuditEvent& event, const Owner* owner = nullptr);
  [[nodiscard]] Status activate(const Key& key, const Destination& destination, const Owner& owner);
  [[nodiscard]] Status write_provider(const Provider& row, const Provider& wanted);
  [[nodiscard]] Status switch_off(const std::string& key_id, std::string_view reason);
  [[nodiscard]] Result<Destination> current_destination(const Catalog& catalog,
                                                        const Provider& provider) const;

  store::Database& database_;
  const Clock& clock_;
  VaultIdentity identity_;
  std::string actor_{service_actor};
};

}  // namespace patchbay::host
