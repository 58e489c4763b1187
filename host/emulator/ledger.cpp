#include "host/emulator/ledger.hpp"

#include <algorithm>

namespace patchbay::emulator {

void Ledger::begin(const RequestSource& source, const Reply& reply, const FaultSet& faults) {
  const Lock lock(mutex_);
  const bool is_billed = reply.charge == Charge::Billed;
  const bool is_refused = reply.credential == Credential::Refused;
  ++counts_.requests;
  ++counts_.concurrent;
  counts_.peak_concurrent = std::max(counts_.peak_concurrent, counts_.concurrent);
  counts_.billed += is_billed ? 1U : 0U;
  counts_.refused_credentials += is_refused ? 1U : 0U;
  counts_.faulted += faults.empty() ? 0U : 1U;
  counts_.images += reply.image_count;
  if (source.provider.empty()) return;
  KeyCounts& key = keys_[{source.provider, source.key}];
  key.provider = source.provider;
  key.key = source.key;
  ++key.requests;
  key.billed += is_billed ? 1U : 0U;
  key.refused += is_refused ? 1U : 0U;
  key.images += reply.image_count;
  key.cost_usd += reply.cost_usd;
}

void Ledger::end() {
  const Lock lock(mutex_);
  --counts_.concurrent;
}

void Ledger::reset() {
  const Lock lock(mutex_);
  const std::uint64_t concurrent = counts_.concurrent;
  counts_ = {.concurrent = concurrent, .peak_concurrent = concurrent};
  keys_.clear();
}

Counts Ledger::counts() const {
  const Lock lock(mutex_);
  return counts_;
}

std::vector<KeyCounts> Ledger::key_counts() const {
  const Lock lock(mutex_);
  std::vector<KeyCounts> list;
  list.reserve(keys_.size());
  for (const auto& [names, counts] : keys_) list.push_back(counts);
  return list;
}

std::uint64_t Ledger::billed(const RequestSource& source) const {
  const Lock lock(mutex_);
  const auto found = keys_.find({source.provider, source.key});
  return found == keys_.end() ? 0 : found->second.billed;
}

}  // namespace patchbay::emulator
