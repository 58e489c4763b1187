#include "host/emulator/form.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::string_view form_type = "multipart/form-data";
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t boundary_size_max = 70;  // RFC 2046

Error broken(std::string message) {
  return {.code = ErrorCode::BadInput, .message = std::move(message), .hint = {}, .provider = {}};
}

// The value of `name=value` or `name="value"` after a ';'; empty where it is missing.
std::string_view parameter_of(std::string_view header, std::string_view name) {
  for (std::size_t at = header.find(';'); at != header.npos; at = header.find(';')) {
    header = trimmed(header.substr(at + 1));
    if (!header.starts_with(name) || header.substr(name.size()).substr(0, 1) != "=") continue;
    std::string_view value = header.substr(name.size() + 1);
    if (!value.starts_with('"')) return value.substr(0, value.find(';'));
    value.remove_prefix(1);
    return value.substr(0, value.find('"'));
  }
  return {};
}

void read_header(std::string_view line, FormPart& part) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return;
  const std::string name = lower_case(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "content-type") part.content_type = value;
  if (name != "content-disposition") return;
  part.name = parameter_of(value, "name");
  part.file_name = parameter_of(value, "filename");
}

Result<FormPart> parse_part(std::string_view text) {
  const std::size_t end = text.find(head_end);
  if (end == text.npos) return broken("a part of the form has no end of its head");
  FormPart part;
  part.data = text.substr(end + head_end.size());
  std::string_view head = text.substr(0, end);
  while (!head.empty()) {
    const std::size_t size = std::min(head.find(line_end), head.size());
    read_header(head.substr(0, size), part);
    head.remove_prefix(std::min(size + line_end.size(), head.size()));
  }
  if (part.name.empty()) return broken("a part of the form has no name");
  return part;
}

}  // namespace

bool is_form(std::string_view content_type) {
  return lower_case(content_type.substr(0, form_type.size())) == form_type;
}

Result<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body) {
  const std::string_view boundary = parameter_of(content_type, "boundary");
  if (boundary.empty() || boundary.size() > boundary_size_max)
    return broken("the form's content type names no boundary");
  const std::string first = "--" + std::string(boundary);
  const std::string next = std::string(line_end) + first;
  std::size_t at = body.find(first);
  if (at == body.npos) return broken("the form does not begin with its boundary");
  std::vector<FormPart> parts;
  at += first.size();
  while (body.substr(at, 2) == line_end) {
    at += line_end.size();
    const std::size_t end = body.find(next, at);
    if (end == body.npos) return broken("the form has no end");
    if (parts.size() == form_parts_max) return broken("the form has too many parts");
    parts.push_back(PATCHBAY_TRY(parse_part(body.substr(at, end - at))));
    at = end + next.size();
  }
  if (body.substr(at, 2) != "--") return broken("the form has no end");
  return parts;
}

}  // namespace patchbay::emulator
