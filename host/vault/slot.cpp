#include "host/vault/slot.hpp"

#include "core/base/id.hpp"
#include "core/crypto/kdf.hpp"
#include "core/crypto/seal.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::string_view hkdf_name = "hkdf-sha256";
constexpr std::string_view argon2_name = "argon2id";
constexpr std::string_view slot_label = "slot/v1";
constexpr std::string_view check_label = "slot-check/v1";
constexpr std::size_t check_size_bytes = 16;
// Nonce and tag of the seal around 32 bytes.
constexpr std::size_t wrapped_size_bytes = 24 + 32 + 16;

constexpr std::array<std::pair<SlotKind, std::string_view>, 5> kind_names{{
    {SlotKind::KeyFile, "key_file"},
    {SlotKind::Credential, "credential"},
    {SlotKind::Environment, "environment"},
    {SlotKind::Recovery, "recovery"},
    {SlotKind::Password, "password"},
}};

bool is_of_password(const Slot& slot) {
  return slot.kind == to_string(SlotKind::Password);
}

// What the seal is bound to: a slot moved to another project, table, kind, person or generation
// does not open, nor one whose cost was changed.
std::string context_of(const SlotPlace& place, const Slot& slot) {
  const std::string project(place.project_id);
  if (slot.check.empty() && place.table == SlotTable::Root)  // as the first slots were made
    return project + '|' + slot.id + '|' + slot.kind + '|' + std::to_string(slot.generation);
  std::string context = "patchbay slot 2|";
  context += place.table == SlotTable::Root ? "root|" : "signing|";
  context += project + '|' + slot.id + '|' + slot.kind + '|' + slot.kdf + '|';
  context += std::to_string(slot.cost.operations) + '|' + std::to_string(slot.cost.memory_bytes);
  context += '|' + crypto::to_hex(slot.salt) + '|' + std::to_string(slot.generation) + '|';
  return context + slot.subject;
}

Result<SecretBytes> slot_key(const SlotPlace& place, const SecretBytes& secret, const Slot& slot) {
  if (is_of_password(slot)) return crypto::password_key(secret, slot.salt, slot.cost);
  return crypto::hkdf_sha256(
      crypto::bytes_of(place.project_id), secret, slot_label, crypto::seal_key_size_bytes);
}

Result<crypto::Bytes> check_of(const SlotPlace& place, const SecretBytes& key) {
  const SecretBytes check = PATCHBAY_TRY(
      crypto::hkdf_sha256(crypto::bytes_of(place.project_id), key, check_label, check_size_bytes));
  return crypto::Bytes(check.expose().begin(), check.expose().end());
}

SlotFit misfit(const Slot& slot, const crypto::Bytes& check) {
  if (slot.check.empty()) return SlotFit::Unknown;
  return slot.check == check ? SlotFit::Damaged : SlotFit::WrongSecret;
}

}  // namespace

std::string_view to_string(SlotKind kind) {
  const auto* const found =
      std::ranges::find(kind_names, kind, &std::pair<SlotKind, std::string_view>::first);
  return found == kind_names.end() ? std::string_view("unknown") : found->second;
}

std::string Slot::visible_damage() const {
  const auto is_named = [this](const auto& known) { return known.second == kind; };
  if (std::ranges::none_of(kind_names, is_named)) return "of a kind that this version lacks";
  if (wrapped.size() != wrapped_size_bytes) return "damaged: what it wraps has another size";
  if (!check.empty() && check.size() != check_size_bytes) return "damaged: its check value";
  if (!is_of_password(*this)) return kdf == hkdf_name ? "" : "damaged: its key derivation";
  if (kdf != argon2_name || salt.size() != crypto::password_salt_size_bytes)
    return "damaged: its key derivation";
  return cost.is_within_limits() ? "" : "refused: its cost is beyond the limits";
}

Result<Slot> make_slot(const SlotPlace& place,
                       const SlotSecret& secret,
                       const SecretBytes& content,
                       Slot wanted) {
  const bool is_password = secret.kind == SlotKind::Password;
  if (wanted.id.empty()) wanted.id = PATCHBAY_TRY(new_uuid());
  wanted.kind = to_string(secret.kind);
  wanted.kdf = is_password ? argon2_name : hkdf_name;
  wanted.cost = is_password ? secret.cost : crypto::PasswordCost{0, 0};
  if (is_password)
    wanted.salt = PATCHBAY_TRY(crypto::random_bytes(crypto::password_salt_size_bytes));
  const SecretBytes key = PATCHBAY_TRY(slot_key(place, secret.bytes, wanted));
  wanted.check = PATCHBAY_TRY(check_of(place, key));
  wanted.wrapped = PATCHBAY_TRY(crypto::seal(key, content.expose(), context_of(place, wanted)));
  return wanted;
}

Result<SlotTrial> try_slot(const SlotPlace& place, const SlotSecret& secret, const Slot& slot) {
  SlotTrial trial;
  const bool is_password = secret.kind == SlotKind::Password;
  if (is_password != is_of_password(slot)) return trial;
  if (!slot.visible_damage().empty()) {
    trial.fit = SlotFit::Unknown;
    return trial;
  }
  const SecretBytes key = PATCHBAY_TRY(slot_key(place, secret.bytes, slot));
  Result<SecretBytes> opened = crypto::open_sealed(key, slot.wrapped, context_of(place, slot));
  if (!opened.ok()) {
    trial.fit = misfit(slot, PATCHBAY_TRY(check_of(place, key)));
    return trial;
  }
  trial.fit = SlotFit::Opened;
  trial.content = std::move(opened).value();
  return trial;
}

}  // namespace patchbay::host
