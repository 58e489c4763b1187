#include "host/jobs/session_turn.hpp"

#include "core/base/clock.hpp"
#include "core/base/text.hpp"

#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t copy_size = std::size_t{64} << 10U;

// A record is strict JSON. Providers send neither NUL nor broken UTF-8, or hardly ever.
std::string storable(std::string text) {
  std::erase(text, '\0');
  return is_valid_utf8(text) ? std::move(text) : printable(text);
}

Status copy(const Blob& blob, SessionBlobFile& file) {
  std::vector<std::uint8_t> buffer(copy_size);
  std::uint64_t offset = 0;
  while (true) {
    const std::size_t count = PATCHBAY_TRY(blob.read_at(offset, buffer));
    if (count == 0) return {};
    PATCHBAY_TRY(file.write(std::span(buffer.data(), count)));
    offset += count;
  }
}

}  // namespace

Result<SessionBlobFile> SessionBlobFile::create(Session& session, PartKind kind) {
  const std::string name = session.new_blob_name(kind == PartKind::Image ? ".image" : ".state");
  AtomicFile file =
      PATCHBAY_TRY(AtomicFile::create(session.folder() / name, 0600, IfExists::Replace));
  return SessionBlobFile(std::move(file));
}

Status SessionBlobFile::write(std::span<const std::uint8_t> bytes) {
  digest_.update(bytes);
  return file_.write(bytes);
}

Result<SessionBlob> SessionBlobFile::commit() {
  PATCHBAY_TRY(file_.commit());
  return SessionBlob{
      file_.path().filename().string(), crypto::to_hex(digest_.finish()), file_.size()};
}

Status SessionSink::begin(const PartStart& part) {
  PATCHBAY_TRY(inner_.begin(part));
  KeptPart& kept = parts_[part.index];
  kept.kind = part.kind;
  if (part.kind == PartKind::Text) return {};
  SessionBlobFile file = PATCHBAY_TRY(SessionBlobFile::create(session_, part.kind));
  kept.file = std::make_unique<SessionBlobFile>(std::move(file));
  return {};
}

Status SessionSink::write(std::uint32_t index, std::span<const std::uint8_t> bytes) {
  PATCHBAY_TRY(inner_.write(index, bytes));
  const auto part = parts_.find(index);
  if (part == parts_.end()) return {};
  if (part->second.file) return part->second.file->write(bytes);
  part->second.text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return {};
}

Status SessionSink::end(const PartEnd& part) {
  PATCHBAY_TRY(inner_.end(part));
  const auto kept = parts_.find(part.index);
  if (kept == parts_.end()) return {};
  kept->second.is_final = part.disposition == Disposition::Final;
  kept->second.belongs_to = part.belongs_to;
  // A draft or thought is not part of what was said.
  if (!kept->second.is_final) kept->second.file.reset();
  return {};
}

Status SessionSink::model(const ListedModel& model) {
  return inner_.model(model);
}

bool SessionSink::has_state(std::uint32_t owner) const {
  for (const auto& [index, part] : parts_)
    if (part.kind == PartKind::State && part.is_final && part.belongs_to == owner) return true;
  return false;
}

Status SessionSink::add(KeptPart& part, std::vector<SessionPart>& out) {
  SessionPart said;
  said.kind = part.kind;
  said.text = storable(std::move(part.text));
  if (part.file) said.blob = PATCHBAY_TRY(part.file->commit());
  out.push_back(std::move(said));
  return {};
}

Status SessionSink::add_states_of(std::uint32_t owner, std::vector<SessionPart>& out) {
  for (auto& [index, part] : parts_)
    if (part.kind == PartKind::State && part.is_final && part.belongs_to == owner)
      PATCHBAY_TRY(add(part, out));
  return {};
}

// A stream cuts a text into many parts: they are joined again, but for one that state belongs to,
// which must go back as it came.
Result<std::vector<SessionPart>> SessionSink::commit() {
  std::vector<SessionPart> said;
  bool may_join = false;
  for (auto& [index, part] : parts_) {
    const bool is_owned = part.kind == PartKind::State && part.belongs_to;
    if (!part.is_final || is_owned) continue;
    const bool is_plain_text = part.kind == PartKind::Text && !has_state(index);
    if (is_plain_text && part.text.empty()) continue;
    if (is_plain_text && may_join) {
      said.back().text += storable(std::move(part.text));
      continue;
    }
    PATCHBAY_TRY(add(part, said));
    PATCHBAY_TRY(add_states_of(index, said));
    may_join = is_plain_text;
  }
  return said;
}

Sink* SessionTurn::wrap(Sink& inner) {
  sink_ = std::make_unique<SessionSink>(session_, inner);
  return sink_.get();
}

Result<std::vector<SessionPart>> SessionTurn::asked(const Request& request) {
  std::vector<SessionPart> parts;
  for (const MessagePart& part : request.messages.back().parts) {
    SessionPart kept{part.kind, part.text, {}};
    if (part.kind != PartKind::Text) {
      SessionBlobFile file = PATCHBAY_TRY(SessionBlobFile::create(session_, part.kind));
      PATCHBAY_TRY(copy(*request.blobs[part.blob_index], file));
      kept.blob = PATCHBAY_TRY(file.commit());
    }
    parts.push_back(std::move(kept));
  }
  return parts;
}

Status SessionTurn::commit(const Request& request, const RunReport& run, std::int64_t unix_ms) {
  SessionRecord record = session_.record();
  record.provider = run.candidate.provider.name;
  record.adapter = run.candidate.adapter.manifest().id;
  if (request.messages.front().role == Role::System)
    record.system = request.messages.front().parts.front().text;
  SessionMessage message;
  message.role = Role::User;
  message.operation = to_string(request.operation);
  message.at = sql_timestamp(unix_ms);
  message.parts = PATCHBAY_TRY(asked(request));
  record.messages.push_back(message);
  message.role = Role::Assistant;
  message.model = run.candidate.model;
  message.parts = PATCHBAY_TRY(sink_->commit());
  record.messages.push_back(std::move(message));
  return session_.replace_record(std::move(record));
}

}  // namespace patchbay::host
