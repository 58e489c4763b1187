// A conversation as it is kept: what was said, and which files hold its images and its opaque
// state.
#pragma once

#include "core/base/result.hpp"
#include "host/request.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t session_record_size_max = std::size_t{16} << 20U;  // bytes
inline constexpr std::size_t session_blobs_max = 400;  // images and states; each is held open
inline constexpr std::size_t session_messages_max = 2'000;

// A file beside the record.
struct SessionBlob {
  std::string file;  // its name, without a folder
  std::string sha256;
  std::uint64_t size = 0;  // bytes
};

struct SessionPart {
  PartKind kind = PartKind::Text;
  std::string text;  // Text
  SessionBlob blob;  // Image and State
};

struct SessionMessage {
  Role role = Role::User;
  std::string operation;  // "image" or "chat": of the turn it belongs to
  std::string model;      // of an answer: who gave it
  std::string at;         // "2026-11-23 05:16:24", UTC
  std::vector<SessionPart> parts;
};

struct SessionRecord {
  std::string provider;  // the name of its row
  std::string adapter;   // the id of who understands the state
  std::string system;    // how it should answer; may be empty
  std::vector<SessionMessage> messages;

  [[nodiscard]] std::size_t turn_count() const { return messages.size() / 2; }
  [[nodiscard]] std::size_t blob_count() const;
  // The model that answered last in an operation of this kind; empty: none did.
  [[nodiscard]] std::string_view last_model(Operation operation) const;
};

// Errors: BadInput, where the text is no record of this form.
[[nodiscard]] Result<SessionRecord> parse_session(std::string_view text);
[[nodiscard]] std::string write_session(const SessionRecord& record);

}  // namespace patchbay::host
