#include "core/net/header_list.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace patchbay::net {
namespace {

// libcurl takes "Name:" for "leave it out", and "Name;" for an empty value.
std::string line_of(const Header& header) {
  return header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
}

Result<SecretBytes> line_of(const CredentialHeader& credential) {
  const std::string front = credential.name + ": " + credential.prefix;
  const std::string_view secret = credential.secret.expose_text();  // copied into guarded memory
  SecretBytes line = PATCHBAY_TRY(SecretBytes::allocate(front.size() + secret.size() + 1));
  const std::span<std::uint8_t> out = line.expose();
  auto end = std::copy(front.begin(), front.end(), out.begin());
  end = std::copy(secret.begin(), secret.end(), end);
  *end = 0;
  return line;
}

}  // namespace

HeaderList::HeaderList() noexcept = default;
HeaderList::HeaderList(HeaderList&&) noexcept = default;
HeaderList& HeaderList::operator=(HeaderList&&) noexcept = default;
HeaderList::~HeaderList() = default;

Result<HeaderList> HeaderList::create(const std::vector<Header>& headers,
                                      const std::optional<CredentialHeader>& credential) {
  HeaderList list;
  // Not to be asked for: a server that waits for "100 Continue" costs a round trip.
  list.lines_.emplace_back("Expect:");
  for (const Header& header : headers) list.lines_.push_back(line_of(header));
  const std::size_t count = list.lines_.size() + (credential ? 1 : 0);
  list.nodes_ = std::make_unique<curl_slist[]>(count);
  for (std::size_t i = 0; i < list.lines_.size(); ++i) {
    list.nodes_[i].data = list.lines_[i].data();
  }
  if (credential) {
    list.credential_line_ = PATCHBAY_TRY(line_of(*credential));
    list.nodes_[count - 1].data = reinterpret_cast<char*>(list.credential_line_.expose().data());
  }
  for (std::size_t i = 0; i + 1 < count; ++i) list.nodes_[i].next = &list.nodes_[i + 1];
  return list;
}

curl_slist* HeaderList::first() noexcept {
  return nodes_.get();
}

}  // namespace patchbay::net
