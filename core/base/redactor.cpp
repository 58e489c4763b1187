#include "core/base/redactor.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace patchbay {
namespace {

constexpr std::string_view hex_lower = "0123456789abcdef";
constexpr std::string_view hex_upper = "0123456789ABCDEF";
constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Writes into a guarded region of the largest possible size, so that no form of a secret ever
// touches the ordinary heap.
class FormWriter {
 public:
  explicit FormWriter(SecretBytes& target) : target_(target) {}
  void put(char c) { target_.expose()[size_++] = static_cast<std::uint8_t>(c); }
  void finish() { target_.shrink(size_); }

 private:
  SecretBytes& target_;
  std::size_t size_ = 0;
};

void put_hex(FormWriter& out, std::uint8_t byte, std::string_view digits) {
  out.put(digits[byte >> 4U]);
  out.put(digits[byte & 15U]);
}

void put_url(FormWriter& out, std::uint8_t byte) {
  const bool plain =
      std::isalnum(byte) != 0 || byte == '-' || byte == '_' || byte == '.' || byte == '~';
  if (plain) {
    out.put(static_cast<char>(byte));
  } else {
    out.put('%');
    put_hex(out, byte, hex_upper);
  }
}

void put_json(FormWriter& out, std::uint8_t byte) {
  if (byte == '"' || byte == '\\' || byte == '/') out.put('\\');
  out.put(static_cast<char>(byte));
}

template <typename PutByte>
Result<SecretBytes> form(std::span<const std::uint8_t> secret, PutByte put_byte) {
  SecretBytes out = PATCHBAY_TRY(SecretBytes::allocate(secret.size() * 3));
  FormWriter writer(out);
  for (const std::uint8_t byte : secret) put_byte(writer, byte);
  writer.finish();
  return out;
}

// Base64 of the secret as it appears when `shift` unknown bytes precede it inside a longer text:
// only characters that depend on the secret alone.
Result<SecretBytes> base64_form(std::span<const std::uint8_t> secret,
                                std::size_t shift,
                                std::string_view alphabet) {
  SecretBytes out = PATCHBAY_TRY(SecretBytes::allocate(secret.size() * 2 + 4));
  FormWriter writer(out);
  const std::size_t first_bit = shift * 8;
  const std::size_t end_bit = first_bit + secret.size() * 8;
  for (std::size_t bit = (first_bit + 5) / 6 * 6; bit + 6 <= end_bit; bit += 6) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      const std::size_t at = bit + i - first_bit;
      value = value << 1U | (secret[at / 8] >> (7 - at % 8) & 1U);
    }
    writer.put(alphabet[value]);
  }
  writer.finish();
  return out;
}

bool is_key_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

// Credentials that are recognisable by their shape even when they were never loaded here.
struct Shape {
  std::string_view prefix;
  std::size_t tail_size_min;
};
constexpr std::array shapes{Shape{"AIza", 30},
                            Shape{"sk-or-", 16},
                            Shape{"sk-", 20},
                            Shape{"rqsty-", 12},
                            Shape{"ya29.", 16}};

// The end of a credential that begins at `at`, or `at` where none does.
std::size_t end_of_shape(std::string_view text, std::size_t at) {
  if (at > 0 && is_key_character(text[at - 1])) return at;
  for (const Shape& shape : shapes) {
    if (!text.substr(at).starts_with(shape.prefix)) continue;
    std::size_t end = at + shape.prefix.size();
    while (end < text.size() && is_key_character(text[end])) ++end;
    if (end - at - shape.prefix.size() >= shape.tail_size_min) return end;
  }
  return at;
}

void hide(std::vector<bool>& hidden, std::size_t from, std::size_t to) {
  std::fill(hidden.begin() + static_cast<std::ptrdiff_t>(from),
            hidden.begin() + static_cast<std::ptrdiff_t>(to),
            true);
}

// Where the form stands, or at least `size_min` bytes of its beginning.
void hide_all(std::string_view text,
              std::string_view form,
              std::size_t size_min,
              std::vector<bool>& hidden) {
  const std::string_view beginning = form.substr(0, size_min);
  if (beginning.empty()) return;
  for (std::size_t at = text.find(beginning); at != std::string_view::npos;
       at = text.find(beginning, at + 1)) {
    const auto [end, unused] = std::mismatch(
        form.begin(), form.end(), text.begin() + static_cast<std::ptrdiff_t>(at), text.end());
    hide(hidden, at, at + static_cast<std::size_t>(end - form.begin()));
  }
}

// The longest end of the text that is a beginning of the form, but not all of it.
std::size_t open_end_of(std::string_view text, std::string_view form) {
  for (std::size_t size = std::min(text.size(), form.size() - 1); size > 0; --size)
    if (text.ends_with(form.substr(0, size))) return size;
  return 0;
}

std::string marked(std::string_view text, const std::vector<bool>& hidden) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!hidden[at]) {
      out += text[at];
    } else if (at == 0 || !hidden[at - 1]) {
      out += Redactor::mark;
    }
  }
  return out;
}

}  // namespace

Result<Redactor::Registration> Redactor::add(const SecretBytes& secret) {
  if (secret.size() < secret_size_min) return Registration();
  const auto bytes = secret.expose();
  std::vector<SecretBytes> forms;
  forms.push_back(PATCHBAY_TRY(SecretBytes::copy_of(bytes)));
  forms.push_back(PATCHBAY_TRY(form(bytes, put_url)));
  forms.push_back(PATCHBAY_TRY(form(bytes, put_json)));
  forms.push_back(PATCHBAY_TRY(
      form(bytes, [](FormWriter& out, std::uint8_t byte) { put_hex(out, byte, hex_lower); })));
  forms.push_back(PATCHBAY_TRY(
      form(bytes, [](FormWriter& out, std::uint8_t byte) { put_hex(out, byte, hex_upper); })));
  for (std::size_t shift = 0; shift < 3; ++shift)
    for (const std::string_view alphabet : {base64_alphabet, base64url_alphabet})
      forms.push_back(PATCHBAY_TRY(base64_form(bytes, shift, alphabet)));
  std::sort(forms.begin(), forms.end(), [](const SecretBytes& a, const SecretBytes& b) {
    return a.size() > b.size();
  });
  const Lock lock(mutex_);
  const std::uint64_t id = ++last_id_;
  forms_.emplace(id, std::move(forms));
  return Registration(*this, id);
}

void Redactor::remove(std::uint64_t id) {
  const Lock lock(mutex_);
  forms_.erase(id);
}

bool Redactor::contains_secret(std::string_view text) const {
  const Lock lock(mutex_);
  return std::any_of(forms_.begin(), forms_.end(), [&](const auto& entry) {
    return std::any_of(entry.second.begin(), entry.second.end(), [&](const SecretBytes& form) {
      return text.find(form.expose_text()) != std::string_view::npos;
    });
  });
}

template <typename Visit>
void Redactor::for_each_form(Visit visit) const {
  const Lock lock(mutex_);
  for (const auto& [id, forms] : forms_)
    for (const SecretBytes& form : forms)
      if (!form.expose_text().empty()) visit(form.expose_text());
}

std::string Redactor::redact(std::string_view text) const {
  std::vector<bool> hidden(text.size(), false);
  for_each_form([&](std::string_view form) {
    hide_all(text, form, std::min(form.size(), beginning_size_min), hidden);
    const std::size_t open_end = open_end_of(text, form);
    if (open_end >= secret_size_min) hide(hidden, text.size() - open_end, text.size());
  });
  for (std::size_t at = 0; at < text.size(); ++at)
    if (const std::size_t end = end_of_shape(text, at); end > at) hide(hidden, at, end);
  return marked(text, hidden);
}

std::string Redactor::redact_content(std::string_view text) const {
  std::vector<bool> hidden(text.size(), false);
  for_each_form([&](std::string_view form) { hide_all(text, form, form.size(), hidden); });
  return marked(text, hidden);
}

std::size_t Redactor::open_end_size(std::string_view text) const {
  std::size_t size = 0;
  for_each_form([&](std::string_view form) { size = std::max(size, open_end_of(text, form)); });
  return size;
}

std::string RedactedStream::write(std::string_view piece) {
  held_ += piece;
  const std::size_t open_end = redactor_.open_end_size(held_);
  std::string safe =
      redactor_.redact_content(std::string_view(held_).substr(0, held_.size() - open_end));
  held_.erase(0, held_.size() - open_end);
  return safe;
}

std::string RedactedStream::finish() {
  return std::exchange(held_, std::string());
}

}  // namespace patchbay
