#include "core/net/http_client.hpp"

#include "core/base/file.hpp"
#include "core/net/curl_sockets.hpp"
#include "core/net/http_exchange.hpp"
#include "core/net/request_check.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

namespace patchbay::net {
namespace {

constexpr std::size_t ca_file_size_max = std::size_t{16} << 20U;

struct MultiDeleter {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
struct ShareDeleter {
  void operator()(CURLSH* share) const noexcept { curl_share_cleanup(share); }
};

class CurlHttpClient final : public HttpClient {
 public:
  CurlHttpClient(EventLoop& loop, HttpClientOptions options);
  CurlHttpClient(const CurlHttpClient&) = delete;
  CurlHttpClient& operator=(const CurlHttpClient&) = delete;
  ~CurlHttpClient() override;

  [[nodiscard]] Status prepare();
  [[nodiscard]] Result<ExchangeId> start(HttpRequest request, HttpObserver& observer) override;
  void cancel(ExchangeId id) override;
  void resume(ExchangeId id) override;

 private:
  struct Entry {
    std::unique_ptr<HttpExchange> exchange;
    bool is_added = false;   // to the multi handle
    bool has_ended = false;  // well, while the observer had paused
  };

  // While libcurl is on the stack none of its functions may be called: work is put off instead.
  class InCurl {
   public:
    explicit InCurl(CurlHttpClient& client) : client_(client) { ++client_.curl_depth_; }
    ~InCurl() { --client_.curl_depth_; }
    InCurl(const InCurl&) = delete;
    InCurl& operator=(const InCurl&) = delete;

   private:
    CurlHttpClient& client_;
  };

  void act(curl_socket_t fd, int events);
  void set_timer(long timeout_ms);
  void read_results();
  void put_off(std::vector<ExchangeId>& list, ExchangeId id);
  void do_put_off();
  void add(ExchangeId id);
  void go_on(ExchangeId id);
  void check_time(ExchangeId id);
  void arm_timer(ExchangeId id, HttpExchange& exchange);
  void finish(ExchangeId id, std::optional<NetFailure> failure);
  void remove(ExchangeId id);

  EventLoop& loop_;
  const HttpClientOptions options_;
  CurlSockets sockets_;
  std::unique_ptr<CURLSH, ShareDeleter> share_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::unordered_map<ExchangeId, Entry> entries_;
  ExchangeId last_id_ = 0;
  int curl_depth_ = 0;
  EventLoop::Timer timer_;
  std::optional<std::chrono::steady_clock::time_point> timer_due_;
  bool is_timeout_posted_ = false;
  bool is_work_posted_ = false;
  std::vector<ExchangeId> to_add_;
  std::vector<ExchangeId> to_resume_;
  std::vector<ExchangeId> to_remove_;
  std::shared_ptr<CurlHttpClient*> self_;  // shared with posted tasks, which may outlive the client
};

CurlHttpClient::CurlHttpClient(EventLoop& loop, HttpClientOptions options)
    : loop_(loop),
      options_(std::move(options)),
      sockets_(loop, [this](int fd, int events) { act(fd, events); }),
      share_(curl_share_init()),
      multi_(curl_multi_init()),
      self_(std::make_shared<CurlHttpClient*>(this)) {}

CurlHttpClient::~CurlHttpClient() {
  *self_ = nullptr;
  const InCurl guard(*this);
  for (auto& [id, entry] : entries_) {
    entry.exchange->silence();
    if (entry.is_added) curl_multi_remove_handle(multi_.get(), entry.exchange->easy());
  }
  entries_.clear();
  multi_.reset();  // while sockets_ still takes its calls
}

Status CurlHttpClient::prepare() {
  if (share_ == nullptr || multi_ == nullptr) {
    return Error{ErrorCode::Internal, "libcurl has no memory for a client", {}, {}};
  }
  // One thread uses it, so no locks. Without it every connection would shake hands in full.
  curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  const auto connections_max = static_cast<long>(std::clamp<std::size_t>(
      options_.connections_max, 1, static_cast<std::size_t>(std::numeric_limits<int>::max())));
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, connections_max);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, connections_max);
  curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, static_cast<void*>(this));
  curl_multi_setopt(
      multi_.get(),
      CURLMOPT_SOCKETFUNCTION,
      +[](CURL*, curl_socket_t fd, int what, void* self, void*) -> int {
        static_cast<CurlHttpClient*>(self)->sockets_.watch(fd, what);
        return 0;
      });
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, static_cast<void*>(this));
  curl_multi_setopt(
      multi_.get(), CURLMOPT_TIMERFUNCTION, +[](CURLM*, long timeout_ms, void* self) -> int {
        static_cast<CurlHttpClient*>(self)->set_timer(timeout_ms);
        return 0;
      });
  return {};
}

Result<ExchangeId> CurlHttpClient::start(HttpRequest request, HttpObserver& observer) {
  PATCHBAY_TRY(check_request(request));
  auto exchange = PATCHBAY_TRY(
      HttpExchange::create({.options = options_, .sockets = sockets_, .share = share_.get()},
                           std::move(request),
                           observer));
  const ExchangeId id = ++last_id_;
  exchange->id = id;
  arm_timer(id, *exchange);
  entries_.emplace(id, Entry{.exchange = std::move(exchange)});
  put_off(to_add_, id);
  return id;
}

void CurlHttpClient::cancel(ExchangeId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  found->second.exchange->silence();
  if (curl_depth_ > 0) {
    put_off(to_remove_, id);
  } else {
    remove(id);
  }
}

void CurlHttpClient::resume(ExchangeId id) {
  const auto found = entries_.find(id);
  if (found != entries_.end() && found->second.exchange->paused()) put_off(to_resume_, id);
}

void CurlHttpClient::put_off(std::vector<ExchangeId>& list, ExchangeId id) {
  list.push_back(id);
  if (std::exchange(is_work_posted_, true)) return;
  loop_.post([self = self_] {
    if (*self != nullptr) (*self)->do_put_off();
  });
}

void CurlHttpClient::do_put_off() {
  is_work_posted_ = false;
  for (const ExchangeId id : std::exchange(to_remove_, {})) remove(id);
  for (const ExchangeId id : std::exchange(to_add_, {})) add(id);
  for (const ExchangeId id : std::exchange(to_resume_, {})) go_on(id);
  read_results();
}

void CurlHttpClient::add(ExchangeId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  CURLMcode code = CURLM_OK;
  {
    const InCurl guard(*this);
    code = curl_multi_add_handle(multi_.get(), found->second.exchange->easy());
  }
  if (code == CURLM_OK) {
    found->second.is_added = true;
    return;
  }
  finish(id,
         NetFailure{.kind = NetFailureKind::Broken,
                    .message = std::string("libcurl cannot begin: ") + curl_multi_strerror(code),
                    .sent = false});
}

void CurlHttpClient::go_on(ExchangeId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || !found->second.exchange->paused()) return;
  if (found->second.has_ended) {
    finish(id, std::nullopt);
    return;
  }
  HttpExchange& exchange = *found->second.exchange;
  bool goes_on = false;
  {
    const InCurl guard(*this);
    goes_on = exchange.resume();
  }
  if (!goes_on) {
    finish(id, exchange.outcome(CURLE_WRITE_ERROR));
    return;
  }
  arm_timer(id, exchange);
}

void CurlHttpClient::act(curl_socket_t fd, int events) {
  {
    const InCurl guard(*this);
    int running = 0;
    curl_multi_socket_action(multi_.get(), fd, events, &running);
  }
  read_results();
}

void CurlHttpClient::set_timer(long timeout_ms) {
  if (timeout_ms < 0) {
    timer_due_.reset();
    timer_ = {};
    return;
  }
  if (timeout_ms == 0) {
    if (std::exchange(is_timeout_posted_, true)) return;
    loop_.post([self = self_] {
      if (*self == nullptr) return;
      (*self)->is_timeout_posted_ = false;
      (*self)->act(CURL_SOCKET_TIMEOUT, 0);
    });
    return;
  }
  const auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  // Waking early is harmless: libcurl then names the time again.
  if (timer_due_ && *timer_due_ <= due) return;
  timer_due_ = due;
  timer_ = loop_.after(std::chrono::milliseconds(timeout_ms), [this] {
    timer_due_.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlHttpClient::read_results() {
  int left = 0;
  // One at a time: observers may start and cancel exchanges between two of them.
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    HttpExchange* exchange = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
    finish(exchange->id, exchange->outcome(code));
  }
}

void CurlHttpClient::finish(ExchangeId id, std::optional<NetFailure> failure) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  HttpExchange& exchange = *found->second.exchange;
  if (!failure && exchange.paused() && !found->second.has_ended) {
    found->second.has_ended = true;
    return;
  }
  const bool is_silenced = exchange.silenced();
  HttpObserver& observer = exchange.observer();
  remove(id);  // and the credential is gone before anyone hears of the end
  if (is_silenced) return;
  if (failure) {
    observer.on_fail(*failure);
  } else {
    observer.on_end();
  }
}

void CurlHttpClient::remove(ExchangeId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const Entry entry = std::move(found->second);
  entries_.erase(found);
  const InCurl guard(*this);
  if (entry.is_added) curl_multi_remove_handle(multi_.get(), entry.exchange->easy());
}

void CurlHttpClient::arm_timer(ExchangeId id, HttpExchange& exchange) {
  const auto delay = std::chrono::ceil<std::chrono::milliseconds>(exchange.next_check() -
                                                                  HttpExchange::Clock::now());
  exchange.timer =
      loop_.after(std::max(delay, std::chrono::milliseconds(1)), [this, id] { check_time(id); });
}

void CurlHttpClient::check_time(ExchangeId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second.has_ended) return;
  HttpExchange& exchange = *found->second.exchange;
  if (auto failure = exchange.overdue(HttpExchange::Clock::now())) {
    finish(id, std::move(failure));
    return;
  }
  arm_timer(id, exchange);
}

Status check_options(const HttpClientOptions& options) {
  if (!options.ca_file.empty()) PATCHBAY_TRY(read_file(options.ca_file, ca_file_size_max));
  if (options.proxy_url.empty()) return {};
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  const bool is_readable =
      url != nullptr &&
      curl_url_set(url.get(), CURLUPART_URL, options.proxy_url.c_str(), 0) == CURLUE_OK;
  if (is_readable) return {};
  // Never the URL itself: it may hold a password.
  return Error{.code = ErrorCode::BadInput,
               .message = "the proxy's URL cannot be read",
               .hint = "write it as http://HOST:PORT",
               .provider = {}};
}

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::create(EventLoop& loop,
                                                       const HttpClientOptions& options) {
  PATCHBAY_TRY(check_options(options));
  // Counted by libcurl. Never undone: a lookup that hangs may outlive every client.
  if (const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT); code != CURLE_OK) {
    return Error{.code = ErrorCode::Internal,
                 .message = std::string("libcurl cannot start: ") + curl_easy_strerror(code),
                 .hint = {},
                 .provider = {}};
  }
  auto client = std::make_unique<CurlHttpClient>(loop, options);
  PATCHBAY_TRY(client->prepare());
  return std::unique_ptr<HttpClient>(std::move(client));
}

}  // namespace patchbay::net
