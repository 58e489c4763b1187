// Reads the fields of one JSON object of a manifest; its errors name the field.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t manifest_text_max = 2048;  // bytes

// The value must outlive this.
class ManifestFields {
 public:
  // `path` is "" for the manifest itself, "auth.bearer." for an object within.
  ManifestFields(const json::Value& value, std::string path)
      : value_(&value), path_(std::move(path)) {}

  // "manifest: field `auth.bearer.header` is …"
  [[nodiscard]] Error wrong(std::string_view name, std::string_view what) const;

  [[nodiscard]] bool has(std::string_view name) const { return value_->find(name) != nullptr; }
  // Empty where the field is missing. Without control characters.
  [[nodiscard]] Result<std::string> text(std::string_view name) const;
  [[nodiscard]] Result<std::string> required_text(std::string_view name) const;
  // False where the field is missing.
  [[nodiscard]] Result<bool> flag(std::string_view name) const;
  // 0 where the field is missing.
  [[nodiscard]] Result<std::uint32_t> count(std::string_view name, std::uint32_t max) const;
  // Empty where the field is missing; no element is.
  [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view name) const;
  // Nothing where the field is missing.
  [[nodiscard]] Result<std::optional<ManifestFields>> object(std::string_view name) const;
  [[nodiscard]] Result<std::vector<ManifestFields>> objects(std::string_view name) const;
  // The names of the members, in the order of the document.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  [[nodiscard]] Status check_text(std::string_view name, const std::string& text) const;

  const json::Value* value_;
  std::string path_;
};

}  // namespace patchbay::host
