// What a plugin author derives from.
#pragma once

#include <patchbay/http_error.hpp>
#include <patchbay/io.hpp>
#include <patchbay/json_body.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace patchbay::inline v1 {

// Speaks one provider's wire protocol. One object per session, made when it opens.
class Adapter {
 protected:
  // An adapter needs no using directive for these.
  using Body = v1::Body;
  using Exchange = v1::Exchange;
  using Io = v1::Io;
  using JsonBody = v1::JsonBody;
  using Outcome = v1::Outcome;
  using Request = v1::Request;
  using Task = v1::Task;
  static constexpr PartShape into_image = v1::into_image;
  static constexpr PartShape into_text = v1::into_text;
  static Outcome done() { return v1::done(); }
  static Outcome fail(Failure failure) { return v1::fail(std::move(failure)); }
  static Outcome fail(std::uint32_t category, std::string message) {
    return v1::fail(category, std::move(message));
  }

 public:
  Adapter() = default;
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  virtual ~Adapter() = default;

  // The whole session from top to bottom. What it throws ends the session: Failed with its own
  // category, anything else as a fault of the plugin.
  virtual Task run(const Request& request, Io& io) = 0;

  // Whether it does PATCHBAY_OP_*; open() refuses what it does not.
  [[nodiscard]] virtual bool can(std::uint32_t operation) const noexcept {
    return operation >= PATCHBAY_OP_IMAGE && operation <= PATCHBAY_OP_VERIFY;
  }
};

}  // namespace patchbay::inline v1
