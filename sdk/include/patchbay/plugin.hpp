// The C++ face of the Patchbay plugin ABI: a session is one coroutine, read from top to bottom.
//
//   class Acme : public patchbay::Adapter {
//     Task run(const Request& request, Io& io) override {
//       auto exchange = co_await io.post("/images", body_of(request));
//       if (exchange.status() != 200) co_return co_await io.fail_from(exchange);
//       co_await io.for_each_string(exchange, "data[].b64_json", into_image);
//       co_return done();
//     }
//   };
//   PATCHBAY_PLUGIN(Acme, R"({"id": "example.acme", …})")
//
// Needs C++20 with exceptions and the standard library, nothing else. Build plugins with
// patchbay_add_plugin(), which hides every symbol but the entry point. Before the first co_await
// read "Shapes that g++ 12 miscompiles" in the SDK's README.md.
#pragma once

#include <patchbay/adapter.hpp>
#include <patchbay/manifest.hpp>
#include <patchbay/session.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace patchbay::inline v1 {

inline patchbay_status explain(patchbay_err* err,
                               patchbay_status code,
                               std::string_view message) noexcept {
  if (err == nullptr || !PATCHBAY_HAS(err, message)) return code;
  const std::size_t size = std::min(message.size(), sizeof err->message - 1);
  std::copy_n(message.begin(), size, err->message);
  err->message[size] = '\0';
  err->code = code;
  return code;
}

// Runs one entry point: nothing that C++ throws crosses the C boundary.
template <class Call>
patchbay_status guarded(patchbay_err* err, Call&& call) noexcept try {
  const patchbay_status status = call();
  switch (status) {
    case PATCHBAY_OK: return status;
    case PATCHBAY_E_STATE: return explain(err, status, "called out of turn");
    case PATCHBAY_E_UNSUPPORTED: return explain(err, status, "the adapter cannot do this");
    default: return explain(err, status, "an argument is missing or too small");
  }
} catch (const std::bad_alloc&) {
  return explain(err, PATCHBAY_E_NOMEM, "out of memory");
} catch (const std::exception& error) {
  return explain(err, PATCHBAY_E_INTERNAL, error.what());
} catch (...) {
  return explain(err, PATCHBAY_E_INTERNAL, "an exception of unknown type");
}

inline Session& session_of(patchbay_session* handle) noexcept {
  return *reinterpret_cast<Session*>(handle);
}

using MakeAdapter = std::unique_ptr<Adapter> (*)();
template <class Class>
std::unique_ptr<Adapter> make_adapter() {
  return std::make_unique<Class>();
}

inline patchbay_status open_session(MakeAdapter make,
                                    const patchbay_host* host,
                                    const patchbay_request* request,
                                    patchbay_session** out) {
  if (host == nullptr || request == nullptr || out == nullptr) return PATCHBAY_E_ARG;
  if (!PATCHBAY_HAS(host, get_extension) || !PATCHBAY_HAS(request, random)) return PATCHBAY_E_ARG;
  auto adapter = make();
  if (!adapter->can(request->operation)) return PATCHBAY_E_UNSUPPORTED;
  auto session = std::make_unique<Session>(std::move(adapter), *host, *request);
  *out = reinterpret_cast<patchbay_session*>(session.release());
  return PATCHBAY_OK;
}
inline patchbay_status feed_session(patchbay_session* session,
                                    const patchbay_input* input,
                                    patchbay_err* err) noexcept {
  return guarded(err, [&]() -> patchbay_status {
    if (session == nullptr || input == nullptr || !PATCHBAY_HAS(input, payload))
      return PATCHBAY_E_ARG;
    return session_of(session).feed(*input);
  });
}
inline patchbay_status next_session(patchbay_session* session,
                                    patchbay_action* out,
                                    patchbay_err* err) noexcept {
  return guarded(err, [&]() -> patchbay_status {
    if (session == nullptr || out == nullptr || !PATCHBAY_HAS(out, payload)) return PATCHBAY_E_ARG;
    session_of(session).next(*out);
    return PATCHBAY_OK;
  });
}
inline void close_session(patchbay_session* session) noexcept {
  const std::unique_ptr<Session> owned(reinterpret_cast<Session*>(session));
}
inline const void* no_extension(const char*) noexcept {
  return nullptr;
}

template <class... Adapters>
patchbay_status open_one_of(std::uint32_t adapter,
                            const patchbay_host* host,
                            const patchbay_request* request,
                            patchbay_session** out,
                            patchbay_err* err) noexcept {
  static constexpr MakeAdapter makers[] = {make_adapter<Adapters>...};
  return guarded(err, [&]() -> patchbay_status {
    if (adapter >= sizeof...(Adapters)) return PATCHBAY_E_ARG;
    return open_session(makers[adapter], host, request, out);
  });
}

// In static storage and constant, so that loading a plugin runs no code.
template <class... Adapters>
constexpr patchbay_module module_of() noexcept {
  return {sizeof(patchbay_module),
          PATCHBAY_ABI_MINOR,
          0,
          sizeof...(Adapters),
          open_one_of<Adapters...>,
          feed_session,
          next_session,
          close_session,
          no_extension};
}

template <class... Adapters>
inline constexpr std::size_t adapter_count_of = sizeof...(Adapters);

}  // namespace patchbay::inline v1

// Several adapters in one plugin: the manifest is a JSON array that describes them in this order.
#define PATCHBAY_PLUGIN_OF(manifest, ...)                                                          \
  PATCHBAY_MANIFEST(manifest);                                                                     \
  static_assert(                                                                                   \
      ::patchbay::count_described_adapters(manifest) == ::patchbay::adapter_count_of<__VA_ARGS__>, \
      "the manifest must describe each adapter of the plugin, in its order");                      \
  extern "C" PATCHBAY_EXPORT const patchbay_module* patchbay_plugin_v1(void) noexcept {            \
    static constexpr patchbay_module module = ::patchbay::module_of<__VA_ARGS__>();                \
    return &module;                                                                                \
  }                                                                                                \
  static_assert(true, "takes a semicolon")

#define PATCHBAY_PLUGIN(Class, manifest) PATCHBAY_PLUGIN_OF(manifest, Class)
