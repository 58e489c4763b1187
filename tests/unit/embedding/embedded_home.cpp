#include "tests/unit/embedding/embedded_home.hpp"

#include "core/base/redactor.hpp"
#include "core/net/event_loop.hpp"
#include "host/emulator/emulator.hpp"
#include "host/initialise.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <thread>

namespace patchbay::testing {

void must(patchbay_error* error) {
  const OwnedError owned(error);
  if (error != nullptr) throw std::runtime_error(patchbay_error_message(error));
}

std::string name_of(patchbay_error* error) {
  const OwnedError owned(error);
  return error == nullptr ? "" : patchbay_error_name(error);
}

struct EmbeddedHome::State {
  TempDir directory;
  std::string home = (directory / "home").string();
  net::EventLoop loop;
  std::unique_ptr<emulator::Emulator> emulator;
  std::string key;
  std::string bad_key;
  std::string endpoint;
  std::thread thread;
};

EmbeddedHome::EmbeddedHome() : state_(std::make_unique<State>()) {
  emulator::Options emulated;
  state_->emulator = must(emulator::Emulator::start(state_->loop, std::move(emulated)));
  const emulator::ProviderAccess access = state_->emulator->access().front();
  state_->key = access.key;
  state_->bad_key = access.bad_key;
  state_->endpoint = access.base_url;

  host::HostOptions options;
  options.home.home_flag = state_->home;
  options.bundled_plugins = PATCHBAY_PLUGIN_DIRECTORY;
  must(host::initialise_home(options));
  const SystemClock clock;
  Redactor redactor;
  const auto host =
      must(host::Host::open(options, {clock, redactor, [](LogLevel, std::string_view) {}}));
  host::Provider provider = must(host->registry().provider(access.provider));
  provider.endpoint_url = access.base_url;
  provider.settings["allow_private"] = "1";
  must(host->registry().update_provider(provider));
  const auto credential = must(SecretBytes::copy_of(access.key));
  const auto encrypted = must(must(host->vault())->encrypt(credential, clock.unix_ms() / 1000));
  host::Registry::NewKey key;
  key.provider_id = provider.id;
  key.token = encrypted.token;
  key.key_version = encrypted.key_version;
  must(host->registry().add_key(host->catalog(), key, must(host->owner())));
  state_->thread = std::thread([this] { state_->loop.run(); });
}

EmbeddedHome::~EmbeddedHome() {
  state_->loop.stop();
  state_->thread.join();
  state_->emulator.reset();
}

std::filesystem::path EmbeddedHome::folder() const {
  return state_->home;
}

std::filesystem::path EmbeddedHome::operator/(std::string_view name) const {
  return state_->directory / name;
}

const std::string& EmbeddedHome::key() const {
  return state_->key;
}

const std::string& EmbeddedHome::bad_key() const {
  return state_->bad_key;
}

const std::string& EmbeddedHome::endpoint() const {
  return state_->endpoint;
}

patchbay_host_options EmbeddedHome::options() const {
  auto options = PATCHBAY_INIT(patchbay_host_options);
  options.home = state_->home.c_str();
  options.plugin_directory = PATCHBAY_PLUGIN_DIRECTORY;
  options.connections_max = 1'000;
  return options;
}

patchbay_run_options image_of(const char* provider, const char* prompt) {
  auto options = PATCHBAY_INIT(patchbay_run_options);
  options.operation = PATCHBAY_RUN_IMAGE;
  options.provider = provider;
  options.prompt = prompt;
  options.deadline_ms = 60'000;
  return options;
}

patchbay_observer Watcher::observer() {
  auto observer = PATCHBAY_INIT(patchbay_observer);
  observer.user = this;
  observer.on_progress = [](void* user, patchbay_run*, const patchbay_run_progress* progress) {
    auto& watcher = *static_cast<Watcher*>(user);
    if (watcher.on_progress) watcher.on_progress(*progress);
  };
  observer.on_text = [](void* user, patchbay_run*, const char* text, std::uint64_t size) {
    auto& watcher = *static_cast<Watcher*>(user);
    if (watcher.on_text) watcher.on_text({text, size});
  };
  observer.on_image_begin = [](void* user, patchbay_run*, const patchbay_run_image* image) {
    auto& watcher = *static_cast<Watcher*>(user);
    if (watcher.on_begin) watcher.on_begin(*image);
  };
  observer.on_image_bytes =
      [](void* user, patchbay_run* run, const void* bytes, std::uint64_t size) -> std::uint64_t {
    auto& watcher = *static_cast<Watcher*>(user);
    if (!watcher.on_bytes) return size;
    return watcher.on_bytes(run, {static_cast<const char*>(bytes), size});
  };
  observer.on_image_end = [](void* user, patchbay_run*, const patchbay_run_image* image) {
    auto& watcher = *static_cast<Watcher*>(user);
    if (watcher.on_end) watcher.on_end(*image);
  };
  observer.on_usage = [](void* user, patchbay_run*, const patchbay_run_usage* usage) {
    auto& watcher = *static_cast<Watcher*>(user);
    if (watcher.on_usage) watcher.on_usage(*usage);
  };
  observer.on_done = [](void* user,
                        patchbay_run* run,
                        const patchbay_answer* answer,
                        const patchbay_error* error) {
    auto& watcher = *static_cast<Watcher*>(user);
    if (watcher.on_done) watcher.on_done(run, answer, error);
  };
  return observer;
}

}  // namespace patchbay::testing
