#include "host/check/cassette.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/request.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace patchbay::check {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view mark = "=== ";
constexpr std::string_view mark_in_text = "\n=== ";

Error wrong(std::string what) {
  return Error{ErrorCode::BadInput, std::move(what), "see docs/write-an-adapter.md for the format"};
}

Result<std::pair<std::string, std::string>> split_at(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos)
    return wrong("'" + printable(shortened(text, 80)) + "' has no '" + separator + "'");
  return std::pair(std::string(text.substr(0, at)), std::string(text.substr(at + 1)));
}

constexpr std::string_view operation_names[] = {"image", "chat", "models", "verify"};

Result<std::uint32_t> operation_of(std::string_view name) {
  const auto* const found = std::find(std::begin(operation_names), std::end(operation_names), name);
  if (found == std::end(operation_names))
    return wrong("there is no operation '" + printable(name) + "'");
  return static_cast<std::uint32_t>(found - std::begin(operation_names)) + PATCHBAY_OP_IMAGE;
}

Status read_line(std::string_view line, Cassette& cassette) {
  if (line.empty() || line.front() == '#') return {};
  const auto [key, rest] = PATCHBAY_TRY(split_at(line, ':'));
  const std::string value(trimmed(rest));
  Question& question = cassette.question;
  if (key == "operation") {
    question.operation = PATCHBAY_TRY(operation_of(value));
  } else if (key == "adapter") {
    cassette.adapter = value;
  } else if (key == "model") {
    question.model = value;
  } else if (key == "prompt") {
    question.messages = {{PATCHBAY_ROLE_USER, {{PATCHBAY_PART_TEXT, value, ""}}}};
  } else if (key == "param") {
    question.params.push_back(PATCHBAY_TRY(split_at(value, '=')));
  } else if (key == "setting") {
    question.settings.push_back(PATCHBAY_TRY(split_at(value, '=')));
  } else {
    return wrong("it does not know the line '" + printable(key) + ":'");
  }
  return {};
}

Result<Reply> read_reply(std::string_view text) {
  const auto [head, body] = PATCHBAY_TRY(split_at(text, '\n'));
  const std::string_view line = head;
  const std::size_t space = std::min(line.find(' '), line.size());
  Reply reply;
  const std::from_chars_result number =
      std::from_chars(line.data(), line.data() + space, reply.status);
  if (number.ec != std::errc() || number.ptr != line.data() + space || reply.status > 999)
    return wrong("'" + printable(shortened(line, 80)) + "' does not begin with a status");
  std::string_view headers = line.substr(std::min(space + 1, line.size()));
  while (!headers.empty()) {
    const std::size_t bar = std::min(headers.find('|'), headers.size());
    reply.headers.push_back(PATCHBAY_TRY(split_at(headers.substr(0, bar), '=')));
    headers = headers.substr(std::min(bar + 1, headers.size()));
  }
  reply.body = body;
  if (!reply.body.empty() && reply.body.back() == '\n') reply.body.pop_back();
  return reply;
}

Result<Cassette> read_cassette(const fs::path& path) {
  const std::string text = PATCHBAY_TRY(read_file(path, cassette_size_max));
  auto cassette = parse_cassette(text);
  if (!cassette.ok()) {
    return Error{ErrorCode::BadInput,
                 path.string() + ": " + cassette.error().message,
                 cassette.error().hint};
  }
  cassette.value().name = path.stem().string();
  cassette.value().expected_path = fs::path(path).replace_extension(".expected");
  return cassette;
}

bool fits_on_a_line(std::string_view text) {
  return text.find_first_of("\r\n") == std::string_view::npos;
}
bool is_header_writable(const std::pair<std::string, std::string>& header) {
  return fits_on_a_line(header.first + header.second) &&
         header.first.find_first_of("|=") == std::string::npos &&
         header.second.find('|') == std::string::npos;
}

Status write_reply(const Reply& reply, std::string& out) {
  out.append(mark).append(std::to_string(reply.status));
  char separator = ' ';
  for (const auto& header : reply.headers) {
    if (!is_header_writable(header))
      return wrong("the header '" + printable(header.first) + "' has no place in a cassette");
    out.append(1, separator).append(header.first).append("=").append(header.second);
    separator = '|';
  }
  if (("\n" + reply.body).find(mark_in_text) != std::string::npos)
    return wrong("a body has a line that begins with '=== '");
  out.append("\n").append(reply.body).append("\n");
  return {};
}

}  // namespace

Result<Cassette> parse_cassette(std::string_view text) {
  Cassette cassette;
  const std::string padded = "\n" + std::string(text);
  std::vector<std::size_t> starts;
  for (std::size_t at = padded.find(mark_in_text); at != std::string::npos;
       at = padded.find(mark_in_text, at + 1))
    starts.push_back(at + 1);
  if (starts.empty()) return wrong("it has no reply: a line that begins with '=== 200'");
  std::string_view lines = std::string_view(padded).substr(1, starts.front() - 1);
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    PATCHBAY_TRY(read_line(lines.substr(0, end), cassette));
    lines = lines.substr(std::min(end + 1, lines.size()));
  }
  starts.push_back(padded.size());
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    const std::size_t from = starts[i] + mark.size();
    cassette.replies.push_back(
        PATCHBAY_TRY(read_reply(std::string_view(padded).substr(from, starts[i + 1] - from))));
  }
  return cassette;
}

Result<std::vector<Cassette>> read_cassettes(const fs::path& path) {
  std::vector<Cassette> out;
  std::error_code failure;
  if (!fs::is_directory(path, failure)) {
    out.push_back(PATCHBAY_TRY(read_cassette(path)));
    return out;
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path, failure))
    if (entry.path().extension() == ".cassette") files.push_back(entry.path());
  if (failure) return wrong("cannot read " + path.string() + ": " + failure.message());
  if (files.empty()) return wrong(path.string() + " has no file that ends in .cassette");
  if (files.size() > cassettes_max) return wrong(path.string() + " has too many cassettes");
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) out.push_back(PATCHBAY_TRY(read_cassette(file)));
  return out;
}

Result<std::string> write_cassette(const Cassette& cassette) {
  const Question& question = cassette.question;
  const std::uint32_t operation = question.operation - PATCHBAY_OP_IMAGE;
  if (operation >= std::size(operation_names)) return wrong("there is no such operation");
  Pairs lines{{"operation", std::string(operation_names[operation])}};
  if (!cassette.adapter.empty()) lines.emplace_back("adapter", cassette.adapter);
  if (!question.model.empty()) lines.emplace_back("model", question.model);
  for (const InputMessage& message : question.messages)
    for (const InputPart& part : message.parts)
      if (part.kind == PATCHBAY_PART_TEXT) lines.emplace_back("prompt", part.text);
  for (const auto& [key, value] : question.params) lines.emplace_back("param", key + "=" + value);
  for (const auto& [key, value] : question.settings)
    lines.emplace_back("setting", key + "=" + value);
  std::string out;
  for (const auto& [key, value] : lines) {
    if (!fits_on_a_line(value)) return wrong("the " + key + " has several lines");
    out.append(key).append(": ").append(value).append("\n");
  }
  for (const Reply& reply : cassette.replies) PATCHBAY_TRY(write_reply(reply, out));
  return out;
}

}  // namespace patchbay::check
