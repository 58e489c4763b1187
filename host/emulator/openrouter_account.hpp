// What OpenRouter tells about a key, its credits, and generations that are over.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/routed_model.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace patchbay::emulator {

inline constexpr std::string_view openrouter_user_id = "user_2patchbayEmulator000000000";

struct GenerationRecord {
  std::string id;
  const RoutedModel* model = nullptr;
  std::string_view api_type;  // "completions", "image"
  TokenUse use;
  Cost cost;
  std::string_view finish_reason = "stop";
  std::string_view native_finish_reason = "STOP";
  bool streamed = false;
  std::int64_t images_in = 0;
  std::int64_t images_out = 0;
  std::int64_t created_ms = 0;  // since 1970
};

class GenerationLog {
 public:
  static constexpr std::size_t count_max = 1024;  // the newest are kept

  void add(GenerationRecord record);
  // Null where there is none, or no longer.
  [[nodiscard]] const GenerationRecord* find(std::string_view id) const;

 private:
  std::deque<GenerationRecord> records_;
};

[[nodiscard]] json::Value describe_generation(const GenerationRecord& record);
// The answers of GET /key and GET /credits.
[[nodiscard]] json::Value describe_key(std::string_view key, double used_usd, bool is_management);
[[nodiscard]] json::Value describe_credits(double used_usd);

// The "usage" of an answer. Images tell nothing of audio.
enum class UsageForm : std::uint8_t { Chat, Image };
[[nodiscard]] json::Value usage_of(const TokenUse& use, const Cost& cost, UsageForm form);

}  // namespace patchbay::emulator
