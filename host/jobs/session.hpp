// Conversations: one folder each, with the record, its images and its opaque state, all readable by
// their owner alone.
//
// A turn is appended by replacing the record, so that a kill at any instant leaves the conversation
// with the turn or without it. Files that no record names are left over from a kill, and go when
// the conversation is opened next.
#pragma once

#include "core/base/file.hpp"
#include "core/base/result.hpp"
#include "host/jobs/session_record.hpp"
#include "host/request.hpp"
#include "host/router/router.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t session_name_size_max = 64;

// Letters, digits, '.', '_' and '-', with a letter or digit in front. Errors: Usage.
[[nodiscard]] Status check_session_name(std::string_view name);

// Held by one command at a time, from open() until it is dropped.
class Session {
 public:
  // `folder` holds all conversations; both are made where they are missing. Errors: Usage for the
  // name, Output where another command holds it, Store where its record cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(const std::filesystem::path& folder,
                                                             std::string_view name);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const SessionRecord& record() const { return record_; }

  // Puts what was said so far before the request's own message, and sends it to whom it was said
  // to: the provider, and the model of the last such turn, where the request names none. Errors:
  // Usage where it names another provider, Store where a file is missing or not what it was.
  [[nodiscard]] Status continue_with(Request& request) const;
  // Errors: Usage, where one of them is another adapter's: it could not read the state.
  [[nodiscard]] Status check(const std::vector<Candidate>& candidates) const;

  // The next name for a file of the turn that is under way.
  [[nodiscard]] std::string new_blob_name(std::string_view suffix);
  // Replaces the record. The files that it names are there already. Errors: Output.
  [[nodiscard]] Status replace_record(SessionRecord record);

 private:
  Session(std::string name, std::filesystem::path folder, FileDescriptor lock)
      : name_(std::move(name)), folder_(std::move(folder)), lock_(std::move(lock)) {}
  [[nodiscard]] Status load();
  void remove_leftovers() const;
  [[nodiscard]] Result<std::shared_ptr<const Blob>> blob_of(const SessionPart& part) const;
  [[nodiscard]] Result<Message> message_of(const SessionMessage& kept, Request& request) const;

  std::string name_;
  std::filesystem::path folder_;
  FileDescriptor lock_;
  SessionRecord record_;
  std::size_t blobs_named_ = 0;
};

struct ListedSession {
  std::string name;
  std::string provider;
  std::size_t turns = 0;
  std::uint64_t size = 0;  // bytes, of all its files
  std::string last_at;     // UTC; empty where nothing was said
  std::string problem;     // why it cannot be read; empty: it can
};

// By name. One that cannot be read is listed with its problem.
[[nodiscard]] Result<std::vector<ListedSession>> list_sessions(const std::filesystem::path& folder);

// All of it, or nothing. Errors: Usage, NotFound, Output.
[[nodiscard]] Status remove_session(const std::filesystem::path& folder, std::string_view name);

}  // namespace patchbay::host
