#include "core/net/versions.hpp"

#include <boost/version.hpp>
#include <curl/curl.h>

namespace patchbay::net {

std::vector<LibraryVersion> library_versions() {
  const curl_version_info_data& curl = *curl_version_info(CURLVERSION_NOW);
  std::string boost = BOOST_LIB_VERSION;  // "1_81"
  for (char& c : boost)
    if (c == '_') c = '.';
  return {{"libcurl", curl.version, LIBCURL_VERSION},
          {"TLS of libcurl", curl.ssl_version != nullptr ? curl.ssl_version : "none", {}},
          {"Boost headers", boost, {}}};
}

}  // namespace patchbay::net
