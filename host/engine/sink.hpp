// Where the parts of an answer go, decoded, as they arrive.
#pragma once

#include "core/base/result.hpp"
#include "host/request.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace patchbay::host {

enum class Disposition : std::uint8_t { Final = 0, Draft = 1, Thought = 2 };

struct PartStart {
  std::uint32_t index = 0;  // counted by the adapter; parts may interleave
  PartKind kind = PartKind::Text;
  std::string mime_hint;  // may be empty
};

// Until this a part is provisional.
struct PartEnd {
  std::uint32_t index = 0;
  Disposition disposition = Disposition::Final;
  std::string mime;                         // the provider's word; may be empty
  std::optional<std::uint32_t> belongs_to;  // State: the part it goes back with
};

struct ListedModel {
  std::string id;
  std::string display_name;
  std::string description;
  bool draws = false;
  bool chats = false;
};

// Called on the loop's thread. An error ends the attempt with that error.
class Sink {
 public:
  virtual ~Sink() = default;
  [[nodiscard]] virtual Status begin(const PartStart& part) = 0;
  [[nodiscard]] virtual Status write(std::uint32_t index, std::span<const std::uint8_t> bytes) = 0;
  [[nodiscard]] virtual Status end(const PartEnd& part) = 0;
  [[nodiscard]] virtual Status model(const ListedModel& model) = 0;
  // Whether the caller has got something that cannot be taken back: then nothing is tried again.
  [[nodiscard]] virtual bool has_delivered() const { return false; }
};

}  // namespace patchbay::host
