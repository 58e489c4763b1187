// Replaces every loaded secret in text that leaves the program: logs, errors, upstream words.
#pragma once

#include "core/base/mutex.hpp"
#include "core/base/secret.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay {

// Thread-safe. Knows the secrets that are loaded now, in raw, URL, JSON, base64 and hex form, and
// the shapes of well-known credentials. Copies of the forms live in guarded pages.
class Redactor {
 public:
  static constexpr std::string_view mark = "[redacted]";
  static constexpr std::size_t secret_size_min = 6;  // shorter ones would blot out ordinary words
  // So much of a secret's beginning is hidden too: others may have cut the text.
  static constexpr std::size_t beginning_size_min = 12;

  // The secret is hidden while the returned object lives. The Redactor must outlive it.
  class Registration {
   public:
    Registration() = default;
    Registration(Registration&& other) noexcept
        : redactor_(std::exchange(other.redactor_, nullptr)), id_(other.id_) {}
    Registration& operator=(Registration&& other) noexcept {
      std::swap(redactor_, other.redactor_);
      std::swap(id_, other.id_);
      return *this;
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() {
      if (redactor_ != nullptr) redactor_->remove(id_);
    }

   private:
    friend class Redactor;
    Registration(Redactor& redactor, std::uint64_t id) : redactor_(&redactor), id_(id) {}
    Redactor* redactor_ = nullptr;
    std::uint64_t id_ = 0;
  };

  [[nodiscard]] Result<Registration> add(const SecretBytes& secret);
  // Hides secrets, what has the shape of one, a long beginning of one anywhere, and a short one at
  // the end, where the text may have been cut.
  [[nodiscard]] std::string redact(std::string_view text) const;
  // Hides registered secrets alone: for content, which may speak of keys in general.
  [[nodiscard]] std::string redact_content(std::string_view text) const;
  // How many bytes at the end may be the beginning of a secret that goes on.
  [[nodiscard]] std::size_t open_end_size(std::string_view text) const;
  // True where one of the registered secrets, in any form, is in the text.
  [[nodiscard]] bool contains_secret(std::string_view text) const;

 private:
  void remove(std::uint64_t id);
  template <typename Visit>
  void for_each_form(Visit visit) const;

  mutable Mutex mutex_;
  std::map<std::uint64_t, std::vector<SecretBytes>> forms_ PATCHBAY_GUARDED_BY(mutex_);
  std::uint64_t last_id_ PATCHBAY_GUARDED_BY(mutex_) = 0;
};

// Content that arrives in pieces: registered secrets are hidden wherever it was cut. Holds back no
// more than a secret's length.
class RedactedStream {
 public:
  // The redactor outlives it.
  explicit RedactedStream(const Redactor& redactor) : redactor_(redactor) {}
  // What may be passed on now.
  [[nodiscard]] std::string write(std::string_view piece);
  // The rest.
  [[nodiscard]] std::string finish();

 private:
  const Redactor& redactor_;
  std::string held_;
};

}  // namespace patchbay
