// What a caller wants: an operation, messages, input blobs and parameters.
#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::host {

// The numbers are the plugin ABI's, PATCHBAY_OP_*.
enum class Operation : std::uint8_t { Image = 1, Chat = 2, Models = 3, Verify = 4 };
[[nodiscard]] std::string_view to_string(Operation operation) noexcept;  // "image", "chat", …

enum class Role : std::uint8_t { System = 1, User = 2, Assistant = 3 };
enum class PartKind : std::uint8_t { Text = 1, Image = 2, State = 3 };

// Bytes of the caller that are read while they are sent. Read from one thread at a time.
class Blob {
 public:
  virtual ~Blob() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Fills the front of `out` with the bytes from `offset` on; the count, 0 at the end.
  [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset,
                                                    std::span<std::uint8_t> out) const = 0;

  std::string mime;          // "image/png"; empty for opaque state
  std::uint32_t width = 0;   // pixels; 0 where it is no image
  std::uint32_t height = 0;  // pixels
};

struct MessagePart {
  PartKind kind = PartKind::Text;
  std::string text;            // Text
  std::size_t blob_index = 0;  // Image and State: into Request::blobs
};

struct Message {
  Role role = Role::User;
  std::vector<MessagePart> parts;
};

// What may have been billed is not asked for again, unless the caller accepts to pay twice.
enum class MayRepeat : std::uint8_t { NotBilledOnly, Always };

// A cool-down or pause that ends so soon is waited for where nothing else is usable, unless the
// request says otherwise.
inline constexpr std::chrono::milliseconds cool_down_wait_max{5'000};

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Operation operation = Operation::Image;
  std::string provider;                 // empty: the router chooses
  std::string model;                    // empty: the provider's
  std::string environment = "default";  // of the keys that may be used
  std::string user;                     // empty: nobody's keys only
  std::vector<Message> messages;
  std::vector<std::shared_ptr<const Blob>> blobs;  // shared: attempts may overlap their use
  Parameters params;  // see patchbay_request in patchbay/plugin.h for the standard names
  std::optional<std::chrono::milliseconds> deadline;  // empty: the operation's default
  MayRepeat may_repeat = MayRepeat::NotBilledOnly;
  std::chrono::milliseconds patience = cool_down_wait_max;  // in all, for pauses and cool-downs
};

// The defaults: images 300 s, chat 120 s, models and verify 20 s.
[[nodiscard]] std::chrono::milliseconds default_deadline(Operation operation) noexcept;

}  // namespace patchbay::host
