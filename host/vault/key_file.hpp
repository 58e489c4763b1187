// service.key and owner.key: one line of text each, "patchbay-service-key-1 PROJECT-ID BASE64URL".
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace patchbay::host {

enum class KeyFileKind : std::uint8_t {
  Service,  // opens the root, cannot sign
  Owner,    // signs, cannot open the root
};

struct KeyFile {
  static constexpr std::size_t size_max = 512;    // bytes of the file
  static constexpr std::size_t secret_size = 32;  // bytes

  std::string project_id;
  SecretBytes secret;
};

// Makes a file of mode 0600. Errors: AlreadyExists; a file is never replaced.
[[nodiscard]] Status write_key_file(const std::filesystem::path& path,
                                    KeyFileKind kind,
                                    const KeyFile& contents);

// Errors: NotFound where there is no file; Vault where it is no key file of this kind, or others
// than its owner may read it. Never shows what the file holds.
[[nodiscard]] Result<KeyFile> read_key_file(const std::filesystem::path& path, KeyFileKind kind);

// The line that such a file holds, without its end, and back. `name` stands in errors.
[[nodiscard]] Result<SecretBytes> key_file_text(KeyFileKind kind, const KeyFile& contents);
[[nodiscard]] Result<KeyFile> key_file_of_text(std::string_view text,
                                               KeyFileKind kind,
                                               const std::filesystem::path& name);

}  // namespace patchbay::host
