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

Result<SecretBytes> key_file_text(KeyFileKind kind, const KeyFile& contents) {
  const SecretBytes encoded = PATCHBAY_TRY(crypto::secret_to_base64url(contents.secret));
  const std::string front = std::string(tag_of(kind)) + ' ' + contents.project_id + ' ';
  SecretBytes text = PATCHBAY_TRY(SecretBytes::allocate(front.size() + encoded.size()));
  std::ranges::copy(crypto::bytes_of(front), text.expose().begin());
  std::ranges::copy(encoded.expose(), text.expose().subspan(front.size()).begin());
  return text;
}

Status write_key_file(const fs::path& path, KeyFileKind kind, const KeyFile& contents) {
  const SecretBytes text = PATCHBAY_TRY(key_file_text(kind, contents));
  AtomicFile file = PATCHBAY_TRY(AtomicFile::create(path, 0600, IfExists::Fail));
  PATCHBAY_TRY(file.write(text.expose()));
  PATCHBAY_TRY(file.write("\n"));
  return file.commit();
}

Result<KeyFile> key_file_of_text(std::string_view text, KeyFileKind kind, const fs::path& name) {
  std::string_view rest = text;
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  const std::string_view tag = take_word(rest);
  const std::string_view project_id = take_word(rest);
  if (tag != tag_of(kind) || !is_uuid(project_id)) return not_a_key_file(name, kind, tag);
  Result<SecretBytes> secret = crypto::secret_from_base64url(rest);
  if (!secret.ok() || secret.value().size() != KeyFile::secret_size)
    return not_a_key_file(name, kind, tag);
  return KeyFile{std::string(project_id), std::move(secret).value()};
}

Result<KeyFile> read_key_file(const fs::path& path, KeyFileKind kind) {
  const SecretBytes file = PATCHBAY_TRY(read_private_file(path, KeyFile::size_max));
  return key_file_of_text(file.expose_text(), kind, path);
}

}  // namespace patchbay::host
