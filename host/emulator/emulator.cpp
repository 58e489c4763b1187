#include "host/emulator/emulator.hpp"

#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "core/net/http_server.hpp"
#include "host/emulator/control.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/gemini.hpp"
#include "host/emulator/key_limits.hpp"
#include "host/emulator/ledger.hpp"
#include "host/emulator/openrouter.hpp"
#include "host/emulator/provider.hpp"
#include "host/emulator/requesty.hpp"
#include "host/emulator/sending.hpp"
#include "host/emulator/wrong_answers.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace patchbay::emulator {
namespace {

// Clients that went away are noticed this often; only those that wait for nothing need it.
constexpr std::chrono::milliseconds sweep_interval{50};
constexpr std::size_t request_size_max = std::size_t{64} << 20U;

Error bad_options(std::string message) {
  return {.code = ErrorCode::BadInput, .message = std::move(message), .hint = {}, .provider = {}};
}

}  // namespace

class Emulator::State {
 public:
  State(net::EventLoop& loop, Options options, FaultPlan plan)
      : loop_(loop),
        options_(std::move(options)),
        plan_(std::move(plan)),
        limits_({.rate = options_.rate_limit, .quota = options_.quota}) {
    const PictureChoice choice{.image_bytes = options_.image_bytes, .seed = options_.seed};
    providers_.push_back(make_gemini(choice, clock_, options_.token_life));
    providers_.push_back(make_openrouter(choice, clock_));
    providers_.push_back(make_requesty(choice, clock_, scheme()));
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (const auto& sending : sendings()) sending->abort();
  }

  [[nodiscard]] Status listen();
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] std::vector<ProviderAccess> access() const;
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  // Errors: BadInput, for a rule that names a provider that is not emulated.
  [[nodiscard]] Status check(const FaultPlan& plan) const;
  [[nodiscard]] Status check_plan() const { return check(plan_); }

 private:
  void handle(const net::ServerRequest& request, std::shared_ptr<net::Responder> responder);
  [[nodiscard]] Provider* provider_of(std::string_view path) const;
  [[nodiscard]] std::vector<std::shared_ptr<Sending>> sendings() const;
  [[nodiscard]] std::string scheme() const {
    return options_.certificate_file.empty() ? "http" : "https";
  }
  [[nodiscard]] ControlActions control();
  void send(std::shared_ptr<net::Responder> responder, Reply reply, const Manner& manner);
  void log(const net::ServerRequest& request, const Reply& reply, const FaultSet& faults) const;
  void forget(std::uint64_t sending);
  void sweep();

  net::EventLoop& loop_;
  Options options_;
  SystemClock clock_;
  FaultPlan plan_;
  KeyLimits limits_;
  std::vector<std::unique_ptr<Provider>> providers_;
  std::map<std::uint64_t, std::shared_ptr<Sending>> sendings_;  // shared: see Sending
  std::uint64_t last_sending_ = 0;
  net::EventLoop::Timer sweep_timer_;
  Ledger ledger_;
  std::unique_ptr<net::HttpServer> server_;  // last: its handler uses everything above
};

Status Emulator::State::listen() {
  net::HttpServerOptions options;
  options.port = options_.port;
  options.request_size_max = request_size_max;
  options.certificate_file = options_.certificate_file;
  options.private_key_file = options_.private_key_file;
  server_ = PATCHBAY_TRY(net::HttpServer::listen(
      loop_,
      options,
      [this](net::ServerRequest request, std::shared_ptr<net::Responder> responder) {
        handle(request, std::move(responder));
      }));
  return {};
}

std::vector<ProviderAccess> Emulator::State::access() const {
  const std::string origin = scheme() + "://127.0.0.1:" + std::to_string(port());
  std::vector<ProviderAccess> list;
  for (const auto& provider : providers_) list.push_back(provider->access(origin));
  return list;
}

Status Emulator::State::check(const FaultPlan& plan) const {
  for (const std::string& name : plan.providers()) {
    const bool is_known =
        std::any_of(providers_.begin(), providers_.end(), [&](const auto& provider) {
          return provider->name() == name;
        });
    if (!is_known) return bad_options("no provider named '" + printable(name) + "' is emulated");
  }
  return {};
}

Provider* Emulator::State::provider_of(std::string_view path) const {
  for (const auto& provider : providers_)
    if (provider->has_path(path)) return provider.get();
  return nullptr;
}

ControlActions Emulator::State::control() {
  return {.counts = [this] { return counts_document(ledger_.counts(), ledger_.key_counts()); },
          .reset = [this] { ledger_.reset(); },
          .set_faults = [this](const std::vector<std::string>& faults) -> Status {
            FaultPlan plan =
                PATCHBAY_TRY(FaultPlan::create(faults, options_.seed, options_.fault_rate));
            PATCHBAY_TRY(check(plan));
            plan_ = std::move(plan);
            return {};
          }};
}

void Emulator::State::handle(const net::ServerRequest& request,
                             std::shared_ptr<net::Responder> responder) {
  if (is_below(request.path, control_path)) {
    const Reply reply = answer_control(request, control());
    Body body = reply.body;
    return responder->answer(reply.status, "application/json", body.next(Body::everything));
  }
  Provider* provider = provider_of(request.path);
  RequestSource source;
  KeyKind key_kind = KeyKind::None;
  FaultScope kind = FaultScope::Any;
  if (provider != nullptr) {
    const KeyRing::Key key = provider->keys().find(provider->key_of(request));
    source = {.provider = std::string(provider->name()), .key = key.name};
    key_kind = key.kind;
    kind = provider->kind_of(request);
  }
  FaultSet faults = plan_.draw(request, kind, source);
  if (kind == FaultScope::Generation)
    limits_.apply(source, key_kind, ledger_.billed(source), clock_.steady(), faults);
  Reply reply = provider == nullptr
                    ? make_reply(404, "text/plain", "no provider is emulated under this path\n")
                    : provider->answer(request, faults);
  apply_faults(faults, reply);
  ledger_.begin(source, reply, faults);
  log(request, reply, faults);
  send(std::move(responder), std::move(reply), manner_of(faults, options_.latency));
}

void Emulator::State::send(std::shared_ptr<net::Responder> responder,
                           Reply reply,
                           const Manner& manner) {
  const std::uint64_t id = ++last_sending_;
  auto sending = std::make_shared<Sending>(
      loop_, std::move(responder), std::move(reply), manner, [this, id] { forget(id); });
  sendings_.emplace(id, sending);
  if (sendings_.size() == 1) sweep();
  sending->start();
}

// The path only: a query may hold the key.
void Emulator::State::log(const net::ServerRequest& request,
                          const Reply& reply,
                          const FaultSet& faults) const {
  if (!options_.log) return;
  std::string line = request.method + " " + request.path + " " + std::to_string(reply.status);
  if (!faults.empty()) line += " (" + faults.words() + ")";
  options_.log(printable(line));
}

void Emulator::State::forget(std::uint64_t sending) {
  sendings_.erase(sending);
  ledger_.end();
}

std::vector<std::shared_ptr<Sending>> Emulator::State::sendings() const {
  std::vector<std::shared_ptr<Sending>> list;
  for (const auto& [id, sending] : sendings_) list.push_back(sending);
  return list;
}

void Emulator::State::sweep() {
  for (const auto& sending : sendings())
    if (!sending->connected()) sending->abort();
  if (!sendings_.empty()) sweep_timer_ = loop_.after(sweep_interval, [this] { sweep(); });
}

Emulator::Emulator(std::unique_ptr<State> state) : state_(std::move(state)) {}
Emulator::~Emulator() = default;

Result<std::unique_ptr<Emulator>> Emulator::start(net::EventLoop& loop, Options options) {
  if (options.certificate_file.empty() != options.private_key_file.empty())
    return bad_options("https needs both a certificate and its private key");
  if (options.image_bytes > image_bytes_max)
    return bad_options("pictures of " + std::to_string(options.image_bytes) +
                       " bytes are too large: the most is " + std::to_string(image_bytes_max));
  if (options.token_life.count() <= 0)
    return bad_options("an access token lives a second at least");
  FaultPlan plan =
      PATCHBAY_TRY(FaultPlan::create(options.faults, options.seed, options.fault_rate));
  auto state = std::make_unique<State>(loop, std::move(options), std::move(plan));
  PATCHBAY_TRY(state->check_plan());
  PATCHBAY_TRY(state->listen());
  return std::unique_ptr<Emulator>(new Emulator(std::move(state)));
}

std::uint16_t Emulator::port() const {
  return state_->port();
}
std::vector<ProviderAccess> Emulator::access() const {
  return state_->access();
}
Counts Emulator::counts() const {
  return state_->ledger().counts();
}
std::vector<KeyCounts> Emulator::key_counts() const {
  return state_->ledger().key_counts();
}

}  // namespace patchbay::emulator
