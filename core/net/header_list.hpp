// The request's header lines in the form that libcurl reads them from.
#pragma once

#include "core/net/http_client.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct curl_slist;

namespace patchbay::net {

// libcurl keeps a pointer to these lines while the exchange runs. The credential's line comes last
// and stays in guarded memory, which is wiped with this object.
class HeaderList {
 public:
  HeaderList() noexcept;
  HeaderList(HeaderList&&) noexcept;
  HeaderList& operator=(HeaderList&&) noexcept;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList();

  [[nodiscard]] static Result<HeaderList> create(const std::vector<Header>& headers,
                                                 const std::optional<CredentialHeader>& credential);

  [[nodiscard]] curl_slist* first() noexcept;

 private:
  std::vector<std::string> lines_;
  SecretBytes credential_line_;  // ends in NUL
  std::unique_ptr<curl_slist[]> nodes_;
};

}  // namespace patchbay::net
