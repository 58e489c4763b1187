#include "host/emulator/gemini_refusal.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace patchbay::emulator {
namespace {

json::Value document_of(json::Value candidate) {
  json::Value document;
  document.set("candidates", json::Array{std::move(candidate)});
  return document;
}

// "content" comes in every shape that was seen: missing, empty, with a role only, with null parts.
enum class Content : std::uint8_t { Missing, Empty, RoleOnly, NullParts };

json::Value candidate_of(Content content, std::string_view reason, std::string_view message = {}) {
  json::Value value{json::Object{}};
  if (content == Content::RoleOnly) value.set("role", "model");
  if (content == Content::NullParts) value.set("parts", json::Value());
  json::Value candidate;
  if (content != Content::Missing) candidate.set("content", std::move(value));
  candidate.set("finishReason", reason);
  candidate.set("index", 0);
  if (!message.empty()) candidate.set("finishMessage", message);
  return candidate;
}

json::Value safety_candidate() {
  json::Value rating;
  rating.set("category", "HARM_CATEGORY_HATE_SPEECH");
  rating.set("probability", "LOW");
  rating.set("blocked", true);
  json::Value candidate = candidate_of(Content::Empty, "SAFETY");
  candidate.set("safetyRatings", json::Array{std::move(rating)});
  return candidate;
}

json::Value blocked_prompt() {
  json::Value feedback;
  feedback.set("blockReason", "PROHIBITED_CONTENT");
  json::Value document;
  document.set("promptFeedback", std::move(feedback));
  return document;
}

}  // namespace

std::optional<json::Value> refusal_of(const FaultSet& faults) {
  if (faults.has(Fault::NoImage)) return document_of(candidate_of(Content::Missing, "NO_IMAGE"));
  if (faults.has(Fault::Safety)) return document_of(safety_candidate());
  if (faults.has(Fault::ImageSafety))
    return document_of(
        candidate_of(Content::NullParts, "IMAGE_SAFETY", "Unable to show the generated image."));
  if (faults.has(Fault::ImageOther))
    return document_of(candidate_of(
        Content::Empty,
        "IMAGE_OTHER",
        "Unable to show the generated image. The model could not generate the image based on the "
        "prompt provided. You will not be charged for this request. Try rephrasing the prompt."));
  if (faults.has(Fault::Prohibited))
    return document_of(candidate_of(
        Content::RoleOnly,
        "IMAGE_PROHIBITED_CONTENT",
        "Unable to show the generated image due to interests of third-party content providers. "
        "Please edit your prompt and try again. If you think this was an error, send feedback. "
        "Support code: 00000000"));
  if (faults.has(Fault::Recitation))
    return document_of(candidate_of(Content::Missing, "RECITATION"));
  if (faults.has_any({Fault::PromptBlocked, Fault::Guardrail})) return blocked_prompt();
  if (faults.has(Fault::UnknownFinish))
    return document_of(candidate_of(Content::RoleOnly, "IMAGE_TOO_YELLOW"));
  return std::nullopt;
}

}  // namespace patchbay::emulator
