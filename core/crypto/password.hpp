// A key from a password: Argon2id, whose cost makes guessing dear.
#pragma once

#include "core/base/secret.hpp"
#include "core/crypto/encoding.hpp"

#include <cstddef>
#include <cstdint>

namespace patchbay::crypto {

inline constexpr std::size_t password_salt_size_bytes = 16;
inline constexpr std::size_t password_key_size_bytes = 32;

// The limits hold for costs that were read from a file, too: whoever can write the file can neither
// stall us nor use up the memory, nor make guessing cheap.
struct PasswordCost {
  static constexpr std::int64_t operations_min = 1;
  static constexpr std::int64_t operations_max = 10;
  static constexpr std::int64_t memory_bytes_min = std::int64_t{8} << 20U;
  static constexpr std::int64_t memory_bytes_max = std::int64_t{1} << 30U;

  std::int64_t operations = 3;
  std::int64_t memory_bytes = std::int64_t{256} << 20U;

  [[nodiscard]] bool is_within_limits() const {
    return operations >= operations_min && operations <= operations_max &&
           memory_bytes >= memory_bytes_min && memory_bytes <= memory_bytes_max;
  }
};

// Errors: BadInput for a cost beyond the limits or a salt of another size, Internal where the
// memory cannot be had.
[[nodiscard]] Result<SecretBytes> password_key(const SecretBytes& password,
                                               ByteView salt,
                                               const PasswordCost& cost);

}  // namespace patchbay::crypto
