#include "core/base/text.hpp"
#include "core/json/value.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

namespace patchbay::json {
namespace {

using rapidjson::SizeType;

// A container whose beginning is written; `next` counts what is written of it.
struct Open {
  const Value* container;
  std::size_t next;
};

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// Each byte that is no part of valid UTF-8 becomes U+FFFD.
std::string repaired(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size <= 4 && size <= text.size() && !is_valid_utf8(text.substr(0, size))) ++size;
    const bool valid = size <= 4 && size <= text.size();
    out += valid ? text.substr(0, size) : replacement;
    text.remove_prefix(valid ? size : 1);
  }
  return out;
}

template <typename Writer>
void write_text(Writer& writer,
                std::string_view text,
                bool (Writer::*put)(const char*, SizeType, bool)) {
  if (is_valid_utf8(text)) {
    (writer.*put)(text.data(), static_cast<SizeType>(text.size()), false);
    return;
  }
  const std::string valid = repaired(text);
  (writer.*put)(valid.data(), static_cast<SizeType>(valid.size()), false);
}

template <typename Writer>
void write_scalar(Writer& writer, const Value& value) {
  if (const bool* boolean = value.boolean()) {
    writer.Bool(*boolean);
  } else if (const std::int64_t* integer = value.integer()) {
    writer.Int64(*integer);
  } else if (const double* real = value.real(); real != nullptr && std::isfinite(*real)) {
    writer.Double(*real);
  } else if (const std::string* text = value.string()) {
    write_text(writer, *text, &Writer::String);
  } else {
    writer.Null();  // also for infinities, which JSON cannot express
  }
}

// Writes a scalar, or the beginning of a container, which is then left on the stack.
template <typename Writer>
void begin(Writer& writer, const Value& value, std::vector<Open>& open) {
  if (value.object() != nullptr) {
    writer.StartObject();
    open.push_back({&value, 0});
  } else if (value.array() != nullptr) {
    writer.StartArray();
    open.push_back({&value, 0});
  } else {
    write_scalar(writer, value);
  }
}

// A stack of our own: a value that was built in a program may be nested as deep as memory allows.
template <typename Writer>
void write_all(Writer& writer, const Value& value) {
  std::vector<Open> open;
  begin(writer, value, open);
  while (!open.empty()) {
    Open& top = open.back();
    const Object* object = top.container->object();
    const Array* array = top.container->array();
    const std::size_t size = object != nullptr ? object->size() : array->size();
    if (top.next == size) {
      object != nullptr ? writer.EndObject() : writer.EndArray();
      open.pop_back();
    } else if (object != nullptr) {
      const Member& member = (*object)[top.next++];
      write_text(writer, member.first, &Writer::Key);
      begin(writer, member.second, open);
    } else {
      begin(writer, (*array)[top.next++], open);
    }
  }
}

}  // namespace

std::string write(const Value& value, Layout layout) {
  rapidjson::StringBuffer buffer;
  if (layout == Layout::Indented) {
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
    writer.SetIndent(' ', 2);
    write_all(writer, value);
  } else {
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    write_all(writer, value);
  }
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace patchbay::json
