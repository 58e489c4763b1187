#include "host/jobs/session.hpp"

#include "core/base/id.hpp"
#include "core/base/text.hpp"
#include "host/engine/file_blob.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view record_name = "session.json";
constexpr std::string_view lock_name = "lock";
constexpr std::string_view removed_prefix = ".removed-";

bool is_same_file(int descriptor, const fs::path& path) {
  struct stat held{};
  struct stat named{};
  return fstat(descriptor, &held) == 0 && stat(path.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

Error in_use(std::string_view name) {
  return Error{ErrorCode::Output,
               "the session '" + std::string(name) + "' is in use by another command",
               "wait until it ends, or use another session"};
}

// A lock that another took away with the folder is no lock.
Result<FileDescriptor> lock_of(const fs::path& folder, std::string_view name) {
  const fs::path path = folder / lock_name;
  FileDescriptor lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.is_open()) return file_error(ErrorCode::Output, "cannot open", path, errno);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0 || !is_same_file(lock.get(), path))
    return in_use(name);
  return lock;
}

std::set<std::string, std::less<>> files_of(const SessionRecord& record) {
  std::set<std::string, std::less<>> names{std::string(record_name), std::string(lock_name)};
  for (const SessionMessage& message : record.messages)
    for (const SessionPart& part : message.parts)
      if (part.kind != PartKind::Text) names.insert(part.blob.file);
  return names;
}

Result<SessionRecord> read_record(const fs::path& folder) {
  const fs::path path = folder / record_name;
  auto text = read_file(path, session_record_size_max);
  if (!text.ok() && text.error().code == ErrorCode::NotFound) return SessionRecord{};
  auto record = text.ok() ? parse_session(text.value()) : Result<SessionRecord>(text.error());
  if (record.ok()) return record;
  return Error{ErrorCode::Store,
               "cannot use " + path.string() + ": " + record.error().message,
               "begin another session, or remove this one with `patchbay session remove`"};
}

Error changed(const fs::path& file) {
  return Error{ErrorCode::Store,
               file.string() + " is not the file that the session was given",
               "begin another session"};
}

}  // namespace

Status check_session_name(std::string_view name) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
  };
  const bool fits = !name.empty() && name.size() <= session_name_size_max &&
                    std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
                    std::ranges::all_of(name, is_plain);
  if (fits) return {};
  return Error{
      ErrorCode::Usage,
      "'" + shortened(printable(name), session_name_size_max) + "' cannot be the name of a session",
      "use up to " + std::to_string(session_name_size_max) +
          " letters, digits, dots, dashes and underscores, a letter or digit first"};
}

Result<std::unique_ptr<Session>> Session::open(const fs::path& folder, std::string_view name) {
  PATCHBAY_TRY(check_session_name(name));
  const fs::path own = folder / name;
  PATCHBAY_TRY(make_private_directory(own));
  FileDescriptor lock = PATCHBAY_TRY(lock_of(own, name));
  std::unique_ptr<Session> session(new Session(std::string(name), own, std::move(lock)));
  PATCHBAY_TRY(session->load());
  return session;
}

Status Session::load() {
  record_ = PATCHBAY_TRY(read_record(folder_));
  remove_leftovers();
  return {};
}

// What was begun and never said leaves no trace.
Session::~Session() {
  std::error_code ignored;
  if (fs::exists(folder_ / record_name, ignored)) return;
  remove_leftovers();
  fs::remove(folder_ / lock_name, ignored);
  fs::remove(folder_, ignored);
}

void Session::remove_leftovers() const {
  const auto named = files_of(record_);
  std::error_code ignored;
  std::vector<fs::path> leftovers;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, ignored))
    if (!named.contains(entry.path().filename().string())) leftovers.push_back(entry.path());
  for (const fs::path& path : leftovers) fs::remove(path, ignored);
}

Result<std::shared_ptr<const Blob>> Session::blob_of(const SessionPart& part) const {
  const fs::path path = folder_ / part.blob.file;
  auto opened = part.kind == PartKind::Image ? FileBlob::open_image(path)
                                             : FileBlob::open_state(path, part.blob.size);
  if (!opened.ok())
    return Error{ErrorCode::Store, "the session is damaged: " + opened.error().message};
  if (opened.value()->sha256() != part.blob.sha256) return changed(path);
  return std::shared_ptr<const Blob>(std::move(opened).value());
}

Result<Message> Session::message_of(const SessionMessage& kept, Request& request) const {
  Message message;
  message.role = kept.role;
  for (const SessionPart& part : kept.parts) {
    MessagePart out{part.kind, part.text, 0};
    if (part.kind != PartKind::Text) {
      request.blobs.push_back(PATCHBAY_TRY(blob_of(part)));
      out.blob_index = request.blobs.size() - 1;
    }
    message.parts.push_back(std::move(out));
  }
  return message;
}

Status Session::continue_with(Request& request) const {
  if (record_.messages.size() + 2 > session_messages_max ||
      record_.blob_count() >= session_blobs_max)
    return Error{ErrorCode::Usage,
                 "the session '" + name_ + "' has grown as long as one may be",
                 "begin another one"};
  std::vector<Message> messages;
  const bool has_system =
      !request.messages.empty() && request.messages.front().role == Role::System;
  if (has_system) messages.push_back(request.messages.front());
  if (!has_system && !record_.system.empty())
    messages.push_back({Role::System, {{PartKind::Text, record_.system, 0}}});
  for (const SessionMessage& kept : record_.messages)
    messages.push_back(PATCHBAY_TRY(message_of(kept, request)));
  messages.push_back(std::move(request.messages.back()));
  request.messages = std::move(messages);
  if (record_.messages.empty()) return {};
  if (!request.provider.empty() && request.provider != record_.provider)
    return Error{ErrorCode::Usage,
                 "the session '" + name_ + "' is with provider '" + record_.provider +
                     "', and what it keeps means nothing to '" +
                     shortened(printable(request.provider), session_name_size_max) + "'",
                 "leave --provider out, or begin another session"};
  request.provider = record_.provider;
  if (request.model.empty()) request.model = record_.last_model(request.operation);
  return {};
}

Status Session::check(const std::vector<Candidate>& candidates) const {
  if (record_.messages.empty()) return {};
  for (const Candidate& candidate : candidates) {
    const std::string& id = candidate.adapter.manifest().id;
    if (id == record_.adapter) continue;
    return Error{ErrorCode::Usage,
                 "the session '" + name_ + "' was held through the adapter " + record_.adapter +
                     "; provider '" + record_.provider + "' is served by " + id +
                     " now, which cannot read what it keeps",
                 "begin another session"};
  }
  return {};
}

std::string Session::new_blob_name(std::string_view suffix) {
  return std::to_string(record_.turn_count() + 1) + "-" + std::to_string(++blobs_named_) +
         std::string(suffix);
}

Status Session::replace_record(SessionRecord record) {
  const std::string text = write_session(record);
  if (text.size() > session_record_size_max)
    return Error{ErrorCode::Output,
                 "the session '" + name_ + "' has grown as long as one may be",
                 "begin another one"};
  PATCHBAY_TRY(write_file(folder_ / record_name, text, 0600, IfExists::Replace));
  record_ = std::move(record);
  return {};
}

Result<std::vector<ListedSession>> list_sessions(const fs::path& folder) {
  std::vector<ListedSession> sessions;
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, missing)) {
    ListedSession listed;
    listed.name = entry.path().filename().string();
    std::error_code ignored;
    if (!check_session_name(listed.name).ok() || !entry.is_directory(ignored)) continue;
    // Not yet one, or no longer.
    if (!fs::exists(entry.path() / record_name, ignored)) continue;
    for (const fs::directory_entry& file : fs::directory_iterator(entry.path(), ignored))
      listed.size += file.file_size(ignored);
    const auto record = read_record(entry.path());
    if (record.ok()) {
      listed.provider = record.value().provider;
      listed.turns = record.value().turn_count();
      if (!record.value().messages.empty()) listed.last_at = record.value().messages.back().at;
    } else {
      listed.problem = record.error().message;
    }
    sessions.push_back(std::move(listed));
  }
  std::ranges::sort(sessions, {}, &ListedSession::name);
  return sessions;
}

Status remove_session(const fs::path& folder, std::string_view name) {
  PATCHBAY_TRY(check_session_name(name));
  const fs::path own = folder / name;
  std::error_code ignored;
  if (!fs::is_directory(fs::symlink_status(own, ignored)))
    return Error{ErrorCode::NotFound,
                 "there is no session '" + std::string(name) + "'",
                 "`patchbay session list` shows those there are"};
  const FileDescriptor lock = PATCHBAY_TRY(lock_of(own, name));
  // Gone at once; what a kill leaves of it is removed with the next one.
  const fs::path gone = folder / (std::string(removed_prefix) + PATCHBAY_TRY(new_uuid()));
  std::error_code failed;
  fs::rename(own, gone, failed);
  if (failed) return file_error(ErrorCode::Output, "cannot remove", own, failed.value());
  std::vector<fs::path> removed;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename().string().starts_with(removed_prefix))
      removed.push_back(entry.path());
  for (const fs::path& path : removed) fs::remove_all(path, failed);
  if (failed) return file_error(ErrorCode::Output, "cannot remove all of", gone, failed.value());
  return {};
}

}  // namespace patchbay::host
