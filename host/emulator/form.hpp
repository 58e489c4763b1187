// The parts of a multipart/form-data body, RFC 7578.
#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace patchbay::emulator {

struct FormPart {
  std::string_view name;
  std::string_view file_name;     // empty: a field
  std::string_view content_type;  // empty: not stated
  std::string_view data;
};

inline constexpr std::size_t form_parts_max = 128;

[[nodiscard]] bool is_form(std::string_view content_type);

// Views into both texts. Errors: BadInput, saying what is wrong with the body.
[[nodiscard]] Result<std::vector<FormPart>> parse_form(std::string_view content_type,
                                                       std::string_view body);

}  // namespace patchbay::emulator
