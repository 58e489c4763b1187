// The actions of a session that the host has not taken yet.
#pragma once

#include <patchbay/scalars.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory_resource>
#include <string_view>
#include <vector>

namespace patchbay::inline v1 {

// A slice of the input just fed is queued as it is, since the input outlives the queue; any other
// text is copied into an arena that is released when the queue has been drained.
class Outbox {
 public:
  // Beyond either, readers hand over to the host before they go on.
  static constexpr std::size_t actions_max = 64;
  static constexpr std::size_t copied_bytes_max = std::size_t{16} * 1024;

  Outbox() : arena_(std::pmr::new_delete_resource()) {}

  [[nodiscard]] bool has_room() const noexcept {
    return queue_.size() < actions_max && copied_bytes_ < copied_bytes_max;
  }

  void push(std::uint32_t kind, std::uint64_t id) { grow(kind, id); }
  void push_call(std::uint64_t id, const patchbay_http_request& request) {
    grow(PATCHBAY_ACT_HTTP, id).call = &request;
  }
  void push_wait(std::uint64_t id, std::uint64_t delay_ms) {
    grow(PATCHBAY_ACT_WAIT, id).wait_ms = delay_ms;
  }
  void push_part(patchbay_part part) {
    part.struct_size = sizeof part;
    part.mime = to_str(keep(to_view(part.mime)));
    part.data = to_bytes(keep(to_view(part.data)));
    grow(PATCHBAY_ACT_PART, 0).part = part;
  }
  // Marks a part's end on its newest piece if that is still here, else on an empty one.
  void end_part(const patchbay_part& last) {
    const bool ride = taken_ < queue_.size() && queue_.back().kind == PATCHBAY_ACT_PART &&
                      queue_.back().part.index == last.index;
    if (!ride) return push_part(last);
    patchbay_part& piece = queue_.back().part;
    piece.flags |= last.flags;
    piece.disposition = last.disposition;
    piece.belongs_to = last.belongs_to;
    piece.mime = to_str(keep(to_view(last.mime)));
  }
  void push_usage(patchbay_usage usage) {
    usage.struct_size = sizeof usage;
    grow(PATCHBAY_ACT_USAGE, 0).usage = usage;
  }
  void push_meta(std::string_view key, std::string_view value) {
    const patchbay_kv pair = {to_str(keep(key)), to_str(keep(value))};
    grow(PATCHBAY_ACT_META, 0).meta = pair;
  }
  void push_model(patchbay_model model) {
    model.struct_size = sizeof model;
    model.id = to_str(keep(to_view(model.id)));
    model.display_name = to_str(keep(to_view(model.display_name)));
    model.description = to_str(keep(to_view(model.description)));
    grow(PATCHBAY_ACT_MODEL, 0).model = model;
  }

  // Slices inside it need no copy until the queue is drained.
  void set_input(std::string_view bytes) noexcept { input_ = bytes; }

  // False, and everything released, where there is nothing left.
  [[nodiscard]] bool take(patchbay_action& out) noexcept {
    if (taken_ == queue_.size()) {
      clear();
      return false;
    }
    const Queued& queued = queue_[taken_++];
    out.kind = queued.kind;
    out.id = queued.id;
    out.payload = payload_of(queued);
    return true;
  }
  void clear() noexcept {
    queue_.clear();
    taken_ = 0;
    arena_.release();
    copied_bytes_ = 0;
  }

 private:
  struct Queued {
    std::uint32_t kind;
    std::uint64_t id;
    union {
      patchbay_part part;
      patchbay_usage usage;
      patchbay_kv meta;
      patchbay_model model;
      std::uint64_t wait_ms;
      const patchbay_http_request* call;
    };
  };

  Queued& grow(std::uint32_t kind, std::uint64_t id) {
    Queued& queued = queue_.emplace_back();
    queued.kind = kind;
    queued.id = id;
    return queued;
  }
  [[nodiscard]] static const void* payload_of(const Queued& queued) noexcept {
    switch (queued.kind) {
      case PATCHBAY_ACT_HTTP: return queued.call;
      case PATCHBAY_ACT_WAIT: return &queued.wait_ms;
      case PATCHBAY_ACT_PART: return &queued.part;
      case PATCHBAY_ACT_USAGE: return &queued.usage;
      case PATCHBAY_ACT_META: return &queued.meta;
      case PATCHBAY_ACT_MODEL: return &queued.model;
      default: return nullptr;
    }
  }
  [[nodiscard]] std::string_view keep(std::string_view slice) {
    const std::less_equal<> not_after;
    const bool inside = not_after(input_.data(), slice.data()) &&
                        not_after(slice.data() + slice.size(), input_.data() + input_.size());
    if (slice.empty() || inside) return slice;
    auto* copy = static_cast<char*>(arena_.allocate(slice.size(), 1));
    std::memcpy(copy, slice.data(), slice.size());
    copied_bytes_ += slice.size();
    return {copy, slice.size()};
  }

  std::vector<Queued> queue_;
  std::size_t taken_ = 0;
  std::string_view input_;
  std::pmr::monotonic_buffer_resource arena_;
  std::size_t copied_bytes_ = 0;
};

}  // namespace patchbay::inline v1
