#include "tests/support/test_certificate.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace patchbay::testing {
namespace {

template <auto release>
struct Release {
  template <typename Type>
  void operator()(Type* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("cannot make a test certificate: ") + what);
}

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  require(key != nullptr, "key");
  return key;
}

void set_name(X509* certificate, const std::string& name) {
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate),
                                     "CN",
                                     MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>(name.c_str()),
                                     -1,
                                     -1,
                                     0) == 1,
          "name");
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
          value.c_str());
}

Certificate make_certificate(EVP_PKEY* key, const std::string& name, int from_days, int to_days) {
  Certificate certificate(X509_new());
  require(certificate != nullptr, "object");
  std::array<unsigned char, 8> serial{};
  require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "serial");
  serial[0] &= 0x7fU;
  std::uint64_t number = 0;
  for (const unsigned char byte : serial) number = number << 8U | byte;
  constexpr long day_s = 24L * 60 * 60;
  require(
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
          ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), number) == 1 &&
          X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_days * day_s) != nullptr &&
          X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to_days * day_s) != nullptr &&
          X509_set_pubkey(certificate.get(), key) == 1,
      "fields");
  set_name(certificate.get(), name);
  return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
              X509_sign(certificate, issuer_key, EVP_sha256()) != 0,
          "signature");
}

std::string contents(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string pem(X509* certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(memory.get(), certificate) == 1, "PEM");
  return contents(memory.get());
}

std::string pem(EVP_PKEY* key) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "PEM");
  return contents(memory.get());
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    std::array<unsigned char, 16> address{};
    const bool is_address = ::inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
                            ::inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
    text += (text.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + name;
  }
  return text;
}

}  // namespace

TestCertificate::TestCertificate(const CertificateOptions& options) {
  const Key authority_key = make_key();
  const Certificate authority = make_certificate(authority_key.get(), "Patchbay test CA", -1, 30);
  add_extension(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign");
  sign(authority.get(), authority.get(), authority_key.get());

  const Key server_key = make_key();
  const Certificate server = make_certificate(
      server_key.get(), "Patchbay test server", options.valid_from_days, options.valid_to_days);
  add_extension(server.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(server.get(), authority.get(), NID_ext_key_usage, "serverAuth");
  add_extension(
      server.get(), authority.get(), NID_subject_alt_name, alternative_names(options.names));
  sign(server.get(), authority.get(), authority_key.get());

  directory_.write("ca.pem", pem(authority.get()));
  directory_.write("server.pem", pem(server.get()));
  directory_.write("server.key", pem(server_key.get()));
}

}  // namespace patchbay::testing
