// Any bytes at all, taken for a plugin's file: an answer or a reason, never more. Input that begins
// with "{" or "[" is a manifest by itself, so that its fields are reached without a file around
// them.
#include "core/base/text.hpp"
#include "host/loader/elf_reader.hpp"
#include "host/loader/manifest.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

using namespace patchbay;  // NOLINT(google-build-using-namespace): the target's own words
using fuzz::require;

// A scheme may be written in capitals.
bool is_https(std::string_view url) {
  return url.empty() || lower_case(url.substr(0, 8)) == "https://";
}

void check_adapter(const host::AdapterManifest& adapter) {
  require(!adapter.id.empty() && !adapter.version.empty(), "an adapter without id or version");
  require(!adapter.name.empty() && adapter.name.size() <= 50, "an adapter's name");
  require(
      std::none_of(
          adapter.name.begin(), adapter.name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }),
      "an upper-case name");
  require(adapter.display_name.size() <= 4 * 100, "a display name of more than 100 characters");
  require(is_https(adapter.endpoint), "an open endpoint");
  require(is_https(adapter.login_url), "an open login");
  require(adapter.needs_credential != adapter.auth.empty(), "a credential without a place");
  require(adapter.auth.empty() || adapter.auth.contains(adapter.default_auth_type), "auth type");
  for (const auto& [type, placement] : adapter.auth) {
    require(type == "bearer" || type == "api_key" || type == "oauth", "an unknown auth type");
    require(!placement.header.empty(), "a placement without a header");
    require((placement.header + placement.prefix).find_first_of("\r\n") == std::string::npos,
            "a header that ends its line");
  }
  for (const host::ManifestOrigin& origin : adapter.origins)
    require(origin.origin.starts_with("https://"), "an open origin");
  require(!adapter.operations.empty() || adapter.id.empty(), "an adapter that can do nothing");
}

void check_manifest(std::string_view text) {
  const Result<host::Manifest> manifest = host::parse_manifest(text);
  if (!manifest.ok()) {
    require(manifest.error().code == ErrorCode::Plugin, "another error");
    require(!manifest.error().message.empty(), "an error without words");
    return;
  }
  const auto& adapters = manifest.value().adapters;
  require(!adapters.empty() && adapters.size() <= host::manifest_adapters_max, "how many adapters");
  require(text.size() <= host::manifest_size_max, "a manifest beyond the limit");
  require(manifest.value().text == text, "the text is not what stands in the file");
  for (const host::AdapterManifest& adapter : adapters) check_adapter(adapter);
}

// The same bytes as a file.
Result<std::string> read_from_file(std::span<const std::uint8_t> bytes) {
  const int file = memfd_create("plugin", MFD_CLOEXEC);
  require(
      file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
      "no file in memory");
  Result<std::string> text = host::read_manifest_text(host::FileElfInput(file, bytes.size()));
  close(file);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.starts_with('{') || input.starts_with('[')) return check_manifest(input), 0;
  const std::span bytes(data, size);
  const Result<std::string> text = host::read_manifest_text(host::MemoryElfInput(bytes));
  const Result<std::string> same = read_from_file(bytes);
  require(text.ok() == same.ok(), "a file is judged otherwise than its bytes");
  if (!text.ok()) {
    require(text.error().code == ErrorCode::Plugin && !text.error().message.empty(), "the reason");
    require(text.error().message == same.error().message, "the reason differs in a file");
    return 0;
  }
  require(text.value() == same.value(), "the manifest differs in a file");
  require(!text.value().empty() && text.value().size() <= host::manifest_size_max, "its size");
  require(text.value().find('\0') == std::string::npos, "a NUL in a manifest");
  require(input.find(text.value()) != input.npos, "a manifest from nowhere");
  check_manifest(text.value());
  return 0;
}
