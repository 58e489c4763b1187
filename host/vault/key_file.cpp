#include "host/vault/key_file.hpp"

#include "core/base/file.hpp"
#include "core/base/id.hpp"
#include "core/crypto/encoding.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view service_tag = "patchbay-service-key-1";
constexpr std::string_view owner_tag = "patchbay-owner-key-1";

std::string_view tag_of(KeyFileKind kind) {
  return kind == KeyFileKind::Service ? service_tag : owner_tag;
}

std::string_view words_for(KeyFileKind kind) {
  return kind == KeyFileKind::Service ? "a service key" : "an owner key";
}

// Cuts the text before the first space off the front; all of it where there is none.
std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

Error not_a_key_file(const fs::path& path, KeyFileKind kind, std::string_view tag_found) {
  const KeyFileKind other =
      kind == KeyFileKind::Service ? KeyFileKind::Owner : KeyFileKind::Service;
  if (tag_found == tag_of(other))
    return Error{ErrorCode::Vault,
                 path.string() + " is " + std::string(words_for(other)) + ", not " +
                     std::string(words_for(kind)),
                 "give the other of the two files that `patchbay init` made",
                 {}};
  return Error{ErrorCode::Vault,
               path.string() + " is damaged, or not " + std::string(words_for(kind)) +
                   ": it should be one line that begins with " + std::string(tag_of(kind)),
               "restore the file from a backup",
               {}};
}

}  // namespace

Status write_key_file(const fs::path& path, KeyFileKind kind, const KeyFile& contents) {
  const SecretBytes encoded = PATCHBAY_TRY(crypto::secret_to_base64url(contents.secret));
  AtomicFile file = PATCHBAY_TRY(AtomicFile::create(path, 0600, IfExists::Fail));
  PATCHBAY_TRY(file.write(tag_of(kind)));
  PATCHBAY_TRY(file.write(" "));
  PATCHBAY_TRY(file.write(contents.project_id));
  PATCHBAY_TRY(file.write(" "));
  PATCHBAY_TRY(file.write(encoded.expose()));
  PATCHBAY_TRY(file.write("\n"));
  return file.commit();
}

Result<KeyFile> read_key_file(const fs::path& path, KeyFileKind kind) {
  const SecretBytes file = PATCHBAY_TRY(read_private_file(path, KeyFile::size_max));
  std::string_view rest = file.expose_text();
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  const std::string_view tag = take_word(rest);
  const std::string_view project_id = take_word(rest);
  if (tag != tag_of(kind) || !is_uuid(project_id)) return not_a_key_file(path, kind, tag);
  Result<SecretBytes> secret = crypto::secret_from_base64url(rest);
  if (!secret.ok() || secret.value().size() != KeyFile::secret_size)
    return not_a_key_file(path, kind, tag);
  return KeyFile{std::string(project_id), std::move(secret).value()};
}

}  // namespace patchbay::host
