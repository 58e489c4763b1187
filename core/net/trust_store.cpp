#include "core/net/trust_store.hpp"

#include "core/base/file.hpp"

#include <curl/curl.h>

#include <string>
#include <string_view>
#include <system_error>

namespace patchbay::net {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_size_max = std::size_t{16} << 20U;
constexpr std::string_view certificate_begin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view trusted_begin = "-----BEGIN TRUSTED CERTIFICATE-----";

std::size_t count_of(std::string_view text, std::string_view mark) {
  std::size_t count = 0;
  for (std::size_t at = text.find(mark); at != std::string_view::npos;
       at = text.find(mark, at + mark.size()))
    ++count;
  return count;
}

bool has_entries(const fs::path& directory) {
  std::error_code failure;
  const fs::directory_iterator entries(directory, failure);
  return !failure && entries != fs::directory_iterator();
}

fs::path path_or_none(const char* text) {
  return text == nullptr ? fs::path() : fs::path(text);
}

Error no_certificates(const std::string& why) {
  return Error{ErrorCode::BadInput,
               "no server can be trusted: " + why,
               "install ca-certificates, or set tls.ca_file",
               {}};
}

}  // namespace

Result<TrustStore> trust_store(const fs::path& ca_file) {
  TrustStore store;
  store.file = ca_file;
  if (ca_file.empty()) {
    const curl_version_info_data& curl = *curl_version_info(CURLVERSION_NOW);
    store.file = path_or_none(curl.cainfo);
    store.directory = path_or_none(curl.capath);
  }
  const bool has_directory = !store.directory.empty() && has_entries(store.directory);
  if (store.file.empty()) {
    if (has_directory) return store;
    return no_certificates(store.directory.string() + " holds no certificate");
  }
  // libcurl fails for a file that it was told of and cannot read, whatever the directory holds.
  const Result<std::string> text = read_file(store.file, file_size_max);
  if (!text.ok()) return no_certificates(text.error().message);
  store.certificate_count =
      count_of(text.value(), certificate_begin) + count_of(text.value(), trusted_begin);
  if (store.certificate_count > 0 || has_directory) return store;
  return no_certificates(store.file.string() + " holds no certificate");
}

}  // namespace patchbay::net
