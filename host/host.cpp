#include "host/host.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/parameters.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

LogLevel log_level_of(std::string_view name) {
  for (const LogLevel level : {LogLevel::Error, LogLevel::Warning, LogLevel::Info}) {
    if (to_string(level) == name) return level;
  }
  return name == to_string(LogLevel::Debug) ? LogLevel::Debug : LogLevel::Warning;
}

template <typename T>
void set_where_given(T& target, const std::optional<T>& value) {
  if (value) target = *value;
}

}  // namespace

EngineLimits engine_limits(const Config& config) {
  EngineLimits limits;
  set_where_given(limits.connect_timeout, config.connect_timeout);
  set_where_given(limits.idle_timeout, config.idle_timeout);
  set_where_given(limits.response_size_max, config.response_size_max);
  return limits;
}

// A warning, no refusal: one bad row must not take the others down, and what cannot be read at all
// SQLite refuses by itself.
void Host::look_for_damage() {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(facts_.database_file, unknown);
  if (unknown || size > checked_at_open_size_max) return;
  const auto found = database_.quick_check();
  if (!found.ok() || found.value() == "ok") return;
  log_.warning("the database " + facts_.database_file.string() +
               " shows damage: " + shortened(printable(found.value()), 200) +
               "; `patchbay db check` examines it, and a backup restores it");
}

Host::Host(HomeFacts facts,
           VaultIdentity identity,
           store::Database database,
           HostDependencies dependencies,
           const HostOptions& options)
    : options_(options),
      facts_(std::move(facts)),
      identity_(std::move(identity)),
      clock_(dependencies.clock),
      redactor_(dependencies.redactor),
      log_(dependencies.redactor,
           log_level_of(options.log_level.value_or(facts_.config.log_level)),
           std::move(dependencies.log)),
      database_(std::move(database)),
      registry_(database_, clock_, identity_),
      recorder_(database_, clock_),
      wrap_client_(std::move(dependencies.wrap_client)) {}

// What was kept is written now, however long another program holds the database.
Host::~Host() {
  const Status written = recorder_.flush();
  if (!written.ok()) log_.warning("attempts could not be recorded: " + written.error().message);
  note_audit_trail();
}

void Host::write_soon() {
  // What ends at about the same time is written together.
  constexpr std::chrono::milliseconds pause{20};
  write_after(pause);
}

void Host::write_after(std::chrono::milliseconds pause) {
  if (is_writing_later_) return;
  is_writing_later_ = true;
  writing_ = loop_.after(pause, [this] { write_kept(); });
}

void Host::write_kept() {
  constexpr std::chrono::milliseconds pause_of_others{500};
  is_writing_later_ = false;
  const Status written = recorder_.flush_if_free();
  if (written.ok()) return;
  log_.info("attempts are not recorded yet: " + written.error().message);
  write_after(pause_of_others);
}

Result<std::unique_ptr<Host>> Host::open(const HostOptions& options,
                                         HostDependencies dependencies) {
  HomeFacts facts = PATCHBAY_TRY(read_home(options));
  VaultIdentity identity = PATCHBAY_TRY(vault_identity(facts));
  store::Database database = PATCHBAY_TRY(open_store(facts));
  std::unique_ptr<Host> host(new Host(std::move(facts),
                                      std::move(identity),
                                      std::move(database),
                                      std::move(dependencies),
                                      options));
  host->environment_key_ = options.service_key_file.empty() ? options.environment_key : nullptr;
  host->ask_password_ = options.ask_password;
  host->prefers_password_ = options.prefers_password;
  for (const std::string& warning : host->config().warnings) host->log_.warning(warning);
  host->prepare_recorder();
  host->look_for_damage();
  PATCHBAY_TRY(host->find_plugins());
  host->register_providers();
  host->note_audit_trail();
  return host;
}

CatalogOptions catalog_options(const HostOptions& options, const HomeFacts& facts) {
  CatalogOptions wanted;
  wanted.bundled_directory = options.bundled_plugins.value_or(bundled_directory_of_program());
  for (const auto& directory : options.vouched_directories) {
    std::error_code missing;
    if (std::filesystem::is_directory(directory, missing))
      wanted.explicit_paths.push_back(directory);
  }
  std::ranges::copy(options.plugin_paths, std::back_inserter(wanted.explicit_paths));
  std::ranges::copy(facts.config.plugin_paths, std::back_inserter(wanted.explicit_paths));
  if (options.use_environment == UseEnvironment::Yes) {
    wanted.search_directories =
        default_search_directories(facts.home.plugin_directory.parent_path());
  } else {
    wanted.search_directories = {facts.home.plugin_directory};
  }
  wanted.copy_directory = facts.home.state_directory / "plugin-copies";
  if (facts.config.unvouched_plugins != "refuse") {
    wanted.worker_program =
        facts.config.worker_program.empty() ? worker_of_program() : facts.config.worker_program;
    wanted.worker_without_landlock = facts.config.unvouched_plugins == "isolate-without-landlock";
  }
  return wanted;
}

Status Host::find_plugins() {
  CatalogOptions wanted = catalog_options(options_, facts_);
  wanted.is_vouched = [this](const FoundPlugin& plugin) { return is_vouched(plugin); };
  catalog_ = PATCHBAY_TRY(Catalog::discover(std::move(wanted)));
  return {};
}

// A price list that cannot be read costs the prices, not the request.
void Host::prepare_recorder() {
  constexpr std::int64_t days_max = 100 * 366;
  RecorderOptions options;
  options.attempts_kept = std::chrono::days(std::min(config().attempts_kept_days, days_max));
  if (auto embedded = PriceList::embedded(); embedded.ok()) {
    options.prices = std::move(embedded).value();
  } else {
    log_.warning(embedded.error().message);
  }
  const std::filesystem::path file = facts_.home.config_file.parent_path() / "prices.json";
  std::error_code unknown;
  if (std::filesystem::exists(file, unknown)) {
    const auto text = read_file(file, PriceList::size_max);
    auto list = text.ok() ? PriceList::parse(text.value()) : Result<PriceList>(text.error());
    if (list.ok()) {
      options.prices.put_before(std::move(list).value());
    } else {
      log_.warning(file.string() + " is not used: " + list.error().message);
    }
  }
  recorder_.use(std::move(options));
}

bool Host::is_vouched(const FoundPlugin& plugin) const {
  const auto holds_it = [&plugin](const std::filesystem::path& directory) {
    std::error_code unknown;
    return std::filesystem::equivalent(plugin.path.parent_path(), directory, unknown) && !unknown;
  };
  return std::ranges::any_of(options_.vouched_directories, holds_it) ||
         registry_.is_vouched(plugin);
}

// One provider that cannot be registered must not stop what works without it.
void Host::register_providers() {
  const Status registered = registry_.register_adapters(*catalog_);
  if (!registered.ok()) log_.warning(registered.error().message);
  for (const auto& [name, table] : config().providers) {
    const Status added = register_configured(name, table);
    if (!added.ok()) {
      log_.warning("providers." + name + " of " + facts_.home.config_file.string() + ": " +
                   added.error().message);
    }
  }
}

// Only where absent: afterwards the row is what counts.
Status Host::register_configured(const std::string& name, const ProviderTable& table) {
  if (registry_.provider(name).ok()) return {};
  Provider provider;
  provider.name = name;
  provider.display_name = name;
  for (const auto& [field, value] : table.values) {
    if (field == "endpoint") {
      provider.endpoint_url = value;
    } else if (field == "auth_type") {
      provider.auth_type = value;
    } else if (field == "model") {
      provider.model_name = value;
    } else if (field == "display_name") {
      provider.display_name = value;
    } else if (field == "adapter") {
      provider.settings[field] = PATCHBAY_TRY(Registry::adapter_id_of(*catalog_, value));
    } else {
      provider.settings[field] = value;
    }
  }
  if (const auto adapter = Registry::adapter_of(*catalog_, provider)) {
    for (const auto& [setting, value] : provider.settings)
      PATCHBAY_TRY(check_setting(setting, adapter->manifest()));
  }
  Registry::complete_from_adapter(provider, *catalog_);
  PATCHBAY_TRY(registry_.add_provider(std::move(provider)));
  return {};
}

Result<std::vector<Candidate>> Host::candidates(const Request& request) {
  const std::vector<Provider> providers = PATCHBAY_TRY(registry_.providers());
  const std::vector<Key> keys = PATCHBAY_TRY(registry_.keys(*catalog_));
  return route(request,
               RouteInput{*catalog_, providers, keys, config().provider, clock_.unix_ms()});
}

// The same words as the router's, for a provider that nobody can be sent to.
Error Host::unsupported(ErrorCode code, std::string_view name) const {
  std::vector<std::string> supported;
  const auto rows = registry_.providers();
  for (const Provider& row : rows.ok() ? rows.value() : std::vector<Provider>()) {
    const auto adapter = Registry::adapter_of(*catalog_, row);
    if (adapter && adapter->plugin->trust != Trust::NeedsTrust) supported.push_back(row.name);
  }
  std::ranges::sort(supported);
  const std::string listed = supported.empty() ? "none" : joined(supported, ", ");
  return Error{
      code,
      "Unsupported provider '" + shortened(printable(name), 64) +
          "'. Supported providers: " + listed,
      code == ErrorCode::NoAdapter ? "no plugin serves it: see `patchbay plugin list`" : ""};
}

Result<Candidate> Host::candidate_without_key(std::string_view provider) {
  Candidate candidate;
  auto row = registry_.provider(provider);
  if (!row.ok() && row.error().code == ErrorCode::UnknownProvider) {
    return unsupported(ErrorCode::UnknownProvider, provider);
  }
  candidate.provider = PATCHBAY_TRY(std::move(row));
  const auto adapter = Registry::adapter_of(*catalog_, candidate.provider);
  if (!adapter) return unsupported(ErrorCode::NoAdapter, provider);
  if (adapter->plugin->trust == Trust::NeedsTrust) {
    return Error{ErrorCode::NeedsTrust,
                 "the plugin of '" + candidate.provider.name + "', " +
                     adapter->plugin->path.string() + ", is not trusted",
                 "look at it, then run `patchbay plugin trust " + candidate.provider.name + "`",
                 candidate.provider.name};
  }
  candidate.adapter = *adapter;
  if (candidate.provider.is_active) return candidate;
  return Error{ErrorCode::Inactive,
               "provider '" + candidate.provider.name + "' is switched off",
               "run `patchbay provider enable " + candidate.provider.name + "`",
               candidate.provider.name};
}

std::chrono::milliseconds deadline_of(const Config& config, Operation operation) {
  if (operation == Operation::Image && config.image_timeout) return *config.image_timeout;
  if (operation == Operation::Chat && config.chat_timeout) return *config.chat_timeout;
  return default_deadline(operation);
}

std::chrono::milliseconds Host::deadline_of(Operation operation) const {
  return host::deadline_of(config(), operation);
}

Result<std::unique_ptr<net::HttpClient>> Host::new_client() {
  net::HttpClientOptions options;
  options.ca_file = config().ca_file;
  options.proxy_url = config().proxy_url;
  if (options_.connections_max > 0) options.connections_max = options_.connections_max;
  return net::HttpClient::create(loop_, options);
}

Result<net::HttpClient*> Host::login_client() {
  if (login_client_ == nullptr) login_client_ = PATCHBAY_TRY(new_client());
  return login_client_.get();
}

Result<AccessTokens*> Host::tokens() {
  if (tokens_ != nullptr) return tokens_.get();
  net::HttpClient* client = PATCHBAY_TRY(login_client());
  tokens_ = std::make_unique<AccessTokens>(AccessTokens::Dependencies{
      loop_, *client, database_, clock_, log_, redactor_, [this]() -> Result<const Vault*> {
        return PATCHBAY_TRY(vault());
      }});
  return tokens_.get();
}

Result<Runner*> Host::runner() {
  if (runner_ != nullptr) return runner_.get();
  client_ = PATCHBAY_TRY(new_client());
  if (wrap_client_) client_ = wrap_client_(std::move(client_));
  engine_ = std::make_unique<Engine>(EngineDependencies{loop_, *client_, clock_, log_, redactor_},
                                     engine_limits(config()));
  RunnerDependencies dependencies{
      loop_, *engine_, *catalog_, registry_, recorder_, clock_, log_, redactor_, {}, {}};
  dependencies.vault = [this]() -> Result<const Vault*> { return PATCHBAY_TRY(vault()); };
  dependencies.write_soon = [this] { write_soon(); };
  dependencies.tokens = PATCHBAY_TRY(tokens());
  runner_ = std::make_unique<Runner>(std::move(dependencies));
  return runner_.get();
}

}  // namespace patchbay::host
