// One opened home with everything in it: what a program that runs requests holds.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/redactor.hpp"
#include "core/base/result.hpp"
#include "core/net/event_loop.hpp"
#include "core/net/http_client.hpp"
#include "core/store/database.hpp"
#include "host/config/config.hpp"
#include "host/engine/engine.hpp"
#include "host/loader/catalog.hpp"
#include "host/oauth/access_tokens.hpp"
#include "host/recorder/recorder.hpp"
#include "host/registry/registry.hpp"
#include "host/request.hpp"
#include "host/router/router.hpp"
#include "host/runner.hpp"
#include "host/vault/vault.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

// Whether the variables PATCHBAY_* and CREDENTIALS_DIRECTORY count, apart from those that name the
// home.
enum class UseEnvironment : std::uint8_t { Yes, No };

struct HostOptions {
  HomeOptions home;
  std::filesystem::path service_key_file;  // empty: the documented places
  std::filesystem::path owner_key_file;    // empty: as configured, else in the home
  // The value of PATCHBAY_VAULT_KEY; null or empty: none. It outlives the host.
  const SecretBytes* environment_key = nullptr;
  // Asked, once, for the password of whoever signs, where that is how the key is kept. Empty:
  // nobody can be asked.
  std::function<Result<SecretBytes>()> ask_password;
  // The password is what counts, whatever key files there are.
  bool prefers_password = false;
  std::string environment;               // empty: as configured
  std::optional<std::string> log_level;  // empty: as configured
  // Empty: the plugins folder beside the running program.
  std::optional<std::filesystem::path> bundled_plugins;
  std::vector<std::filesystem::path> plugin_paths;  // before the configured ones
  // Before those: whoever opens the host vouches for what is in them.
  std::vector<std::filesystem::path> vouched_directories;
  UseEnvironment use_environment = UseEnvironment::Yes;
  std::filesystem::path ca_file;    // empty: as configured
  std::string proxy_url;            // empty: as configured
  std::size_t connections_max = 0;  // open at once; 0: the client's own
};

// Stands between the host and its network client: sees what is answered, and passes it on.
using WrapClient =
    std::function<std::unique_ptr<net::HttpClient>(std::unique_ptr<net::HttpClient>)>;

struct HostDependencies {
  const Clock& clock;
  Redactor& redactor;
  Log::Sink log;
  WrapClient wrap_client{};  // empty: nothing does
};

// Where the parts of a home are, and what its file says; reading it makes nothing.
struct HomeFacts {
  Home home;
  Config config;
  std::filesystem::path database_file;
  std::filesystem::path service_key_flag;  // --key-file; empty: not given
  std::filesystem::path service_key_file;  // where `init` puts it
  std::filesystem::path owner_key_file;
  std::filesystem::path audit_file;  // of this database's trail

  [[nodiscard]] bool initialised() const { return !config.project_id.empty(); }
};
[[nodiscard]] Result<HomeFacts> read_home(const HostOptions& options);
// The same from a configuration that was read already.
[[nodiscard]] HomeFacts facts_of(const HostOptions& options, Home home, Config config);
// Who may sign changes; empty before `init`. Errors: Vault.
[[nodiscard]] Result<VaultIdentity> vault_identity(const HomeFacts& facts);
// Where plugins are looked for; nobody is vouched for.
[[nodiscard]] CatalogOptions catalog_options(const HostOptions& options, const HomeFacts& facts);
[[nodiscard]] EngineLimits engine_limits(const Config& config);
[[nodiscard]] std::chrono::milliseconds deadline_of(const Config& config, Operation operation);
// A home that has a vault has a database: an empty one in its place would hide the loss.
// Errors: Store, where it is missing or empty.
[[nodiscard]] Status check_store_not_lost(const HomeFacts& facts);
// Opens the database of a home and brings it to the current schema.
[[nodiscard]] Result<store::Database> open_store(const HomeFacts& facts);

// Up to this size a database is looked through for damage each time it is opened, in bytes; larger
// ones by `patchbay db check` alone.
inline constexpr std::uintmax_t checked_at_open_size_max = std::uintmax_t{8} << 20U;

// Not thread-safe: everything happens on the thread that runs the loop.
class Host {
 public:
  // Makes the folder and the database where they are missing, finds the plugins, and registers
  // what they serve. The vault stays closed.
  [[nodiscard]] static Result<std::unique_ptr<Host>> open(const HostOptions& options,
                                                          HostDependencies dependencies);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host();

  [[nodiscard]] const HomeFacts& facts() const { return facts_; }
  [[nodiscard]] const Config& config() const { return facts_.config; }
  [[nodiscard]] const VaultIdentity& identity() const { return identity_; }
  [[nodiscard]] store::Database& database() { return database_; }
  [[nodiscard]] Registry& registry() { return registry_; }
  [[nodiscard]] Catalog& catalog() { return *catalog_; }
  [[nodiscard]] const Catalog& catalog() const { return *catalog_; }
  [[nodiscard]] Recorder& recorder() { return recorder_; }
  [[nodiscard]] net::EventLoop& loop() { return loop_; }
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

  // Errors: NotConfigured where there was no `init`; Vault where patchbay.toml was lost since.
  [[nodiscard]] Status check_initialised();
  // Opened on first need: by the service key, and where there is none, by the password that owner()
  // asked for. Errors: NotConfigured where there was no `init`, and the vault's own.
  [[nodiscard]] Result<Vault*> vault();
  [[nodiscard]] bool is_unlocked() const { return vault_.has_value(); }
  // Read from its file each time, or opened by the password; gone with the value. Whoever changes
  // something asks for this first.
  [[nodiscard]] Result<Owner> owner();
  // Who acts now, for the audit trail; `owner` may be null.
  [[nodiscard]] AuditAuthor author(const Owner* owner) const;
  // Whether a recovery code was made.
  [[nodiscard]] Result<bool> has_recovery_code();

  // Who would answer the request, in order.
  [[nodiscard]] Result<std::vector<Candidate>> candidates(const Request& request);
  // Errors: UnknownProvider, NoAdapter, NeedsTrust, Inactive.
  [[nodiscard]] Result<Candidate> candidate_without_key(std::string_view provider);

  [[nodiscard]] std::chrono::milliseconds deadline_of(Operation operation) const;
  // Opens the network client on first need.
  [[nodiscard]] Result<Runner*> runner();
  // For what is about logins alone: whoever looks on at the requests of adapters sees none of it.
  [[nodiscard]] Result<net::HttpClient*> login_client();
  [[nodiscard]] Result<AccessTokens*> tokens();

 private:
  Host(HomeFacts facts,
       VaultIdentity identity,
       store::Database database,
       HostDependencies dependencies,
       const HostOptions& options);
  [[nodiscard]] Status find_plugins();
  [[nodiscard]] Error unsupported(ErrorCode code, std::string_view name) const;
  [[nodiscard]] Result<std::unique_ptr<net::HttpClient>> new_client();
  [[nodiscard]] Result<Owner> owner_by_password();
  [[nodiscard]] Result<Owner> owner_by_file_or_password();
  void note_audit_trail();
  [[nodiscard]] bool is_vouched(const FoundPlugin& plugin) const;
  void look_for_damage();
  void register_providers();
  void prepare_recorder();
  void write_soon();
  void write_after(std::chrono::milliseconds pause);
  void write_kept();
  [[nodiscard]] Status register_configured(const std::string& name, const ProviderTable& table);

  HostOptions options_;
  HomeFacts facts_;
  VaultIdentity identity_;
  const SecretBytes* environment_key_ = nullptr;
  std::function<Result<SecretBytes>()> ask_password_;
  bool prefers_password_ = false;
  SecretBytes password_;
  const Clock& clock_;
  Redactor& redactor_;
  Log log_;
  store::Database database_;
  Registry registry_;
  Recorder recorder_;
  net::EventLoop loop_;
  net::EventLoop::Timer writing_;  // of what the recorder keeps
  bool is_writing_later_ = false;
  std::unique_ptr<Catalog> catalog_;
  std::optional<Vault> vault_;
  WrapClient wrap_client_;
  std::unique_ptr<net::HttpClient> client_;
  std::unique_ptr<net::HttpClient> login_client_;
  std::unique_ptr<AccessTokens> tokens_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace patchbay::host
