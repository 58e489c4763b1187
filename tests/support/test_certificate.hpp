// A certificate authority and a server certificate made on the spot, as PEM files.
#pragma once

#include "tests/support/temp_dir.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace patchbay::testing {

struct CertificateOptions {
  // Each is a DNS name, or an address where it reads as one.
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  int valid_from_days = -1;  // from now
  int valid_to_days = 30;
};

class TestCertificate {
 public:
  explicit TestCertificate(const CertificateOptions& options = {});

  // What a client is to trust.
  [[nodiscard]] std::filesystem::path ca_file() const { return directory_ / "ca.pem"; }
  // What a server shows.
  [[nodiscard]] std::filesystem::path certificate_file() const { return directory_ / "server.pem"; }
  [[nodiscard]] std::filesystem::path private_key_file() const { return directory_ / "server.key"; }

 private:
  TempDir directory_;
};

}  // namespace patchbay::testing
