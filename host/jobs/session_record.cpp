#include "host/jobs/session_record.hpp"

#include "core/json/value.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::int64_t form = 1;  // of the record; a newer one is refused
constexpr std::array<std::string_view, 4> role_names{"", "system", "user", "assistant"};
constexpr std::array<std::string_view, 4> kind_names{"", "text", "image", "state"};

template <typename Names>
std::optional<std::size_t> index_of(const Names& names, std::string_view name) {
  const auto found = std::find(names.begin() + 1, names.end(), name);
  if (found == names.end()) return {};
  return static_cast<std::size_t>(found - names.begin());
}

Error no_record(std::string_view why) {
  return Error{ErrorCode::BadInput, "it is no record of a conversation: " + std::string(why)};
}

// Written by us alone, yet opened by name: it must not lead out of the folder.
bool is_blob_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= 64 && name.front() != '.' &&
         std::ranges::all_of(name, is_plain);
}

Result<SessionPart> part_of(const json::Value& value) {
  SessionPart part;
  const auto kind = index_of(kind_names, value.text("kind"));
  if (!kind) return no_record("a part of unknown kind");
  part.kind = static_cast<PartKind>(*kind);
  part.text = value.text("text");
  if (part.kind == PartKind::Text) return part;
  part.blob.file = value.text("file");
  part.blob.sha256 = value.text("sha256");
  const json::Value* size = value.find("bytes");
  const bool is_whole = size != nullptr && size->integer() != nullptr && *size->integer() >= 0;
  if (!is_whole || !is_blob_name(part.blob.file)) return no_record("a part without its file");
  part.blob.size = static_cast<std::uint64_t>(*size->integer());
  return part;
}

Result<SessionMessage> message_of(const json::Value& value) {
  SessionMessage message;
  const auto role = index_of(role_names, value.text("role"));
  if (!role) return no_record("a message of an unknown role");
  message.role = static_cast<Role>(*role);
  message.operation = value.text("operation");
  message.model = value.text("model");
  message.at = value.text("at");
  const json::Value* parts = value.find("parts");
  if (parts == nullptr || parts->array() == nullptr) return no_record("a message without parts");
  for (const json::Value& part : *parts->array())
    message.parts.push_back(PATCHBAY_TRY(part_of(part)));
  return message;
}

json::Value document_of(const SessionPart& part) {
  json::Value value;
  value.set("kind", kind_names[static_cast<std::size_t>(part.kind)]);
  if (part.kind == PartKind::Text) {
    value.set("text", part.text);
    return value;
  }
  value.set("file", part.blob.file);
  value.set("bytes", part.blob.size);
  value.set("sha256", part.blob.sha256);
  return value;
}

}  // namespace

std::size_t SessionRecord::blob_count() const {
  std::size_t count = 0;
  for (const SessionMessage& message : messages)
    for (const SessionPart& part : message.parts) count += part.kind == PartKind::Text ? 0 : 1;
  return count;
}

std::string_view SessionRecord::last_model(Operation operation) const {
  for (auto message = messages.rbegin(); message != messages.rend(); ++message)
    if (message->role == Role::Assistant && message->operation == to_string(operation))
      return message->model;
  return {};
}

Result<SessionRecord> parse_session(std::string_view text) {
  const json::Limits limits{.size_max = session_record_size_max, .values_max = 1'000'000};
  auto parsed = json::parse(text, limits);
  if (!parsed.ok()) return no_record(parsed.error().message);
  const json::Value& document = parsed.value();
  const json::Value* known_form = document.find("form");
  if (known_form == nullptr || known_form->integer() == nullptr) return no_record("it has no form");
  if (*known_form->integer() != form)
    return no_record("a newer version wrote it (form " + std::to_string(*known_form->integer()) +
                     ")");
  SessionRecord record;
  record.provider = document.text("provider");
  record.adapter = document.text("adapter");
  record.system = document.text("system");
  const json::Value* messages = document.find("messages");
  if (messages == nullptr || messages->array() == nullptr) return no_record("no messages");
  for (const json::Value& message : *messages->array())
    record.messages.push_back(PATCHBAY_TRY(message_of(message)));
  return record;
}

std::string write_session(const SessionRecord& record) {
  json::Value document;
  document.set("form", form);
  document.set("provider", record.provider);
  document.set("adapter", record.adapter);
  if (!record.system.empty()) document.set("system", record.system);
  json::Value messages{json::Array{}};
  for (const SessionMessage& message : record.messages) {
    json::Value value;
    value.set("role", role_names[static_cast<std::size_t>(message.role)]);
    value.set("operation", message.operation);
    if (!message.model.empty()) value.set("model", message.model);
    value.set("at", message.at);
    json::Value parts{json::Array{}};
    for (const SessionPart& part : message.parts) parts.append(document_of(part));
    value.set("parts", std::move(parts));
    messages.append(std::move(value));
  }
  document.set("messages", std::move(messages));
  return json::write(document) + "\n";
}

}  // namespace patchbay::host
