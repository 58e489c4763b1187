#include "host/loader/manifest_fields.hpp"

#include "core/base/text.hpp"
#include "host/loader/manifest.hpp"

#include <algorithm>

namespace patchbay::host {

Error ManifestFields::wrong(std::string_view name, std::string_view what) const {
  return Error{ErrorCode::Plugin,
               "manifest: field `" + printable(shortened(path_ + std::string(name), 200)) + "` " +
                   std::string(what),
               {},
               {}};
}

Status ManifestFields::check_text(std::string_view name, const std::string& text) const {
  if (text.size() > manifest_text_max)
    return wrong(name, "is longer than " + std::to_string(manifest_text_max) + " bytes");
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (control) return wrong(name, "holds a control character");
  return {};
}

Result<std::string> ManifestFields::text(std::string_view name) const {
  const json::Value* value = value_->find(name);
  if (value == nullptr) return std::string();
  const std::string* text = value->string();
  if (text == nullptr) return wrong(name, "is not a text");
  PATCHBAY_TRY(check_text(name, *text));
  return *text;
}

Result<std::string> ManifestFields::required_text(std::string_view name) const {
  if (!has(name)) return wrong(name, "is missing");
  std::string text = PATCHBAY_TRY(this->text(name));
  if (text.empty()) return wrong(name, "is empty");
  return text;
}

Result<bool> ManifestFields::flag(std::string_view name) const {
  const json::Value* value = value_->find(name);
  if (value == nullptr) return false;
  if (value->boolean() == nullptr) return wrong(name, "is not true or false");
  return *value->boolean();
}

Result<std::uint32_t> ManifestFields::count(std::string_view name, std::uint32_t max) const {
  const json::Value* value = value_->find(name);
  if (value == nullptr) return std::uint32_t{0};
  const std::int64_t* number = value->integer();
  if (number == nullptr || *number < 0 || *number > std::int64_t{max})
    return wrong(name, "is not a whole number from 0 to " + std::to_string(max));
  return static_cast<std::uint32_t>(*number);
}

Result<std::vector<std::string>> ManifestFields::texts(std::string_view name) const {
  std::vector<std::string> texts;
  const json::Value* value = value_->find(name);
  if (value == nullptr) return texts;
  if (value->array() == nullptr) return wrong(name, "is not a list");
  if (value->array()->size() > manifest_list_max)
    return wrong(name, "has more than " + std::to_string(manifest_list_max) + " elements");
  for (const json::Value& element : *value->array()) {
    const std::string* text = element.string();
    if (text == nullptr || text->empty()) return wrong(name, "holds something other than a text");
    PATCHBAY_TRY(check_text(name, *text));
    texts.push_back(*text);
  }
  return texts;
}

Result<std::optional<ManifestFields>> ManifestFields::object(std::string_view name) const {
  const json::Value* value = value_->find(name);
  if (value == nullptr) return std::optional<ManifestFields>();
  if (value->object() == nullptr) return wrong(name, "is not an object");
  return std::optional<ManifestFields>(ManifestFields(*value, path_ + std::string(name) + "."));
}

Result<std::vector<ManifestFields>> ManifestFields::objects(std::string_view name) const {
  std::vector<ManifestFields> objects;
  const json::Value* value = value_->find(name);
  if (value == nullptr) return objects;
  if (value->array() == nullptr) return wrong(name, "is not a list of objects");
  if (value->array()->size() > manifest_list_max)
    return wrong(name, "has more than " + std::to_string(manifest_list_max) + " elements");
  for (const json::Value& element : *value->array()) {
    if (element.object() == nullptr) return wrong(name, "is not a list of objects");
    objects.emplace_back(element,
                         path_ + std::string(name) + "[" + std::to_string(objects.size()) + "].");
  }
  return objects;
}

std::vector<std::string> ManifestFields::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : *value_->object()) names.push_back(name);
  return names;
}

}  // namespace patchbay::host
