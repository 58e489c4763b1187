// Lets another implementation talk to ours, one request a line:
//   encrypt KEY TIME HEX   answers the token
//   decrypt KEY TOKEN      answers the plain text in hex after '=', or "invalid"
#include "core/crypto/fernet.hpp"
#include "core/crypto/kdf.hpp"

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

namespace {

using namespace patchbay;

std::string encrypt(std::istringstream& words) {
  std::string key;
  std::int64_t time_s = 0;
  std::string hex;
  words >> key >> time_s >> hex;
  const auto plain = crypto::from_hex(hex);
  const auto parsed = crypto::FernetKey::parse(key);
  if (!plain || !parsed.ok()) return "invalid";
  const auto token = crypto::fernet_encrypt(parsed.value(), *plain, time_s);
  return token.ok() ? token.value() : "invalid";
}

std::string decrypt(std::istringstream& words) {
  std::string key;
  std::string token;
  words >> key >> token;
  const auto parsed = crypto::FernetKey::parse(key);
  if (!parsed.ok()) return "invalid";
  const auto plain = crypto::fernet_decrypt(parsed.value(), token);
  return plain.ok() ? "=" + crypto::to_hex(plain.value().expose()) : "invalid";
}

}  // namespace

int main() {
  if (!patchbay::crypto::initialise().ok()) return EXIT_FAILURE;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    std::cout << (verb == "encrypt" ? encrypt(words) : decrypt(words)) << std::endl;
  }
  return EXIT_SUCCESS;
}
