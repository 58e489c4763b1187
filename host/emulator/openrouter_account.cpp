#include "host/emulator/openrouter_account.hpp"

#include "core/base/clock.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr double credit_limit = 100.0;  // USD

json::Value in_data(json::Value inner) {
  json::Value document;
  document.set("data", std::move(inner));
  return document;
}

// "2026-11-25T10:00:00+00:00"
std::string iso_time(std::int64_t unix_ms) {
  std::string text = sql_timestamp(unix_ms);
  std::replace(text.begin(), text.end(), ' ', 'T');
  return text + "+00:00";
}

}  // namespace

void GenerationLog::add(GenerationRecord record) {
  records_.push_back(std::move(record));
  if (records_.size() > count_max) records_.pop_front();
}

const GenerationRecord* GenerationLog::find(std::string_view id) const {
  const auto found = std::find_if(
      records_.begin(), records_.end(), [&](const auto& record) { return record.id == id; });
  return found == records_.end() ? nullptr : &*found;
}

json::Value describe_generation(const GenerationRecord& record) {
  const double cost = record.cost.total();
  json::Value value;
  value.set("id", record.id);
  value.set("created_at", iso_time(record.created_ms));
  value.set("model", record.model->id);
  value.set("provider_name", record.model->upstream);
  value.set("api_type", record.api_type);
  value.set("streamed", record.streamed);
  value.set("cancelled", false);
  value.set("finish_reason", record.finish_reason);
  value.set("native_finish_reason", record.native_finish_reason);
  value.set("total_cost", cost);
  value.set("usage", cost);
  value.set("upstream_inference_cost", cost);
  value.set("is_byok", false);
  value.set("latency", 1250);
  value.set("generation_time", 1200);
  value.set("tokens_prompt", record.use.prompt);
  value.set("tokens_completion", record.use.completion());
  value.set("native_tokens_prompt", record.use.prompt);
  value.set("native_tokens_completion", record.use.completion());
  value.set("native_tokens_completion_images", record.use.image);
  value.set("native_tokens_reasoning", record.use.reasoning);
  value.set("native_tokens_cached", 0);
  value.set("num_media_prompt", record.images_in);
  value.set("num_media_completion", record.images_out);
  value.set("num_input_audio_prompt", 0);
  value.set("num_search_results", 0);
  value.set("num_fetches", 0);
  value.set("data_region", "global");
  value.set("origin", "");
  for (const std::string_view name : {"app_id",
                                      "cache_discount",
                                      "external_user",
                                      "http_referer",
                                      "moderation_latency",
                                      "preset_id",
                                      "provider_responses",
                                      "router",
                                      "service_tier",
                                      "session_id",
                                      "upstream_id",
                                      "user_agent",
                                      "web_search_engine",
                                      "workspace_id"})
    value.set(name, json::Value());
  return in_data(std::move(value));
}

json::Value describe_key(std::string_view key, double used_usd, bool is_management) {
  constexpr std::size_t shown = 3;  // characters of its secret part, at either end
  constexpr std::string_view prefix = "sk-or-v1-";
  const std::string_view secret = key.substr(std::min(prefix.size(), key.size()));
  json::Value requests;
  requests.set("limit", 1000);
  requests.set("remaining", 1000);
  requests.set("used", 0);
  json::Value rate;
  rate.set("requests", -1);
  rate.set("interval", "10s");
  rate.set("note", "This field is deprecated and safe to ignore.");
  json::Value value;
  value.set("label",
            std::string(prefix) + std::string(secret.substr(0, shown)) + "..." +
                std::string(secret.substr(secret.size() - std::min(shown, secret.size()))));
  value.set("limit", credit_limit);
  value.set("limit_remaining", std::max(0.0, credit_limit - used_usd));
  value.set("limit_reset", json::Value());
  value.set("include_byok_in_limit", false);
  for (const std::string_view name : {"usage", "usage_daily", "usage_weekly", "usage_monthly"})
    value.set(name, used_usd);
  for (const std::string_view name :
       {"byok_usage", "byok_usage_daily", "byok_usage_weekly", "byok_usage_monthly"})
    value.set(name, 0);
  value.set("is_free_tier", false);
  value.set("is_management_key", is_management);
  value.set("is_provisioning_key", is_management);
  value.set("expires_at", json::Value());
  value.set("creator_user_id", openrouter_user_id);
  value.set("organization_id", json::Value());
  value.set("workspace_id", json::Value());
  value.set("allowed_data_regions", json::Array{"global"});
  value.set("free_model_daily_requests", std::move(requests));
  value.set("rate_limit", std::move(rate));
  return in_data(std::move(value));
}

json::Value describe_credits(double used_usd) {
  json::Value value;
  value.set("total_credits", credit_limit);
  value.set("total_usage", used_usd);
  return in_data(std::move(value));
}

json::Value usage_of(const TokenUse& use, const Cost& cost, UsageForm form) {
  json::Value prompt;
  prompt.set("cached_tokens", 0);
  prompt.set("cache_write_tokens", 0);
  prompt.set("audio_tokens", 0);
  prompt.set("video_tokens", 0);
  json::Value costs;
  costs.set("upstream_inference_cost", cost.total());
  costs.set("upstream_inference_prompt_cost", cost.prompt);
  costs.set("upstream_inference_completions_cost", cost.completion);
  json::Value completion;
  completion.set("reasoning_tokens", use.reasoning);
  completion.set("image_tokens", use.image);
  if (form == UsageForm::Chat) completion.set("audio_tokens", 0);
  json::Value usage;
  usage.set("prompt_tokens", use.prompt);
  usage.set("completion_tokens", use.completion());
  usage.set("total_tokens", use.prompt + use.completion());
  usage.set("cost", cost.total());
  usage.set("is_byok", false);
  usage.set("prompt_tokens_details", std::move(prompt));
  usage.set("cost_details", std::move(costs));
  usage.set("completion_tokens_details", std::move(completion));
  return usage;
}

}  // namespace patchbay::emulator
