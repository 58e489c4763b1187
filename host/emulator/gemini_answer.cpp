#include "host/emulator/gemini_answer.hpp"

#include "host/emulator/content.hpp"
#include "host/emulator/gemini_errors.hpp"
#include "host/emulator/gemini_parts.hpp"
#include "host/emulator/gemini_refusal.hpp"

#include <span>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::size_t text_deltas = 3;  // a text's pieces in a stream

json::Value token_detail(std::string_view modality, std::int64_t count) {
  json::Value detail;
  detail.set("modality", modality);
  detail.set("tokenCount", count);
  return detail;
}

// `content` is null for a refusal: the prompt only.
json::Value usage_of(const Prompt& prompt,
                     const AnswerContext& context,
                     const ContentParts* content) {
  const std::int64_t per_image =
      context.model.image == nullptr ? 258 : context.model.image->input_token_count;
  const std::int64_t images = prompt.image_count * per_image;
  const std::int64_t prompt_count = prompt.text_token_count + images;
  json::Array prompt_details = {token_detail("TEXT", prompt.text_token_count)};
  if (images > 0) prompt_details.push_back(token_detail("IMAGE", images));
  json::Value usage;
  usage.set("promptTokenCount", prompt_count);
  std::int64_t total = prompt_count;
  if (content != nullptr) {
    const std::int64_t answer = content->text_token_count + content->image_token_count;
    usage.set("candidatesTokenCount", answer);
    total += answer + content->thought_token_count;
  }
  usage.set("totalTokenCount", total);
  usage.set("promptTokensDetails", std::move(prompt_details));
  if (content != nullptr && content->image_token_count > 0)
    usage.set("candidatesTokensDetails",
              json::Array{token_detail("IMAGE", content->image_token_count)});
  if (content != nullptr && content->thought_token_count > 0)
    usage.set("thoughtsTokenCount", content->thought_token_count);
  if (context.model.thinks) usage.set("serviceTier", "standard");
  return usage;
}

void finish_document(json::Value& document, json::Value usage, const AnswerContext& context) {
  document.set("usageMetadata", std::move(usage));
  document.set("modelVersion", context.model.id);
  document.set("responseId", context.response_id);
}

json::Value document_of(json::Array parts, std::string_view finish_reason) {
  json::Value content;
  content.set("parts", std::move(parts));
  content.set("role", "model");
  json::Value candidate;
  candidate.set("content", std::move(content));
  if (!finish_reason.empty()) candidate.set("finishReason", finish_reason);
  candidate.set("index", 0);
  json::Value document;
  document.set("candidates", json::Array{std::move(candidate)});
  return document;
}

// Each text in several pieces, each image whole: what the events of a stream carry.
json::Array split_parts(const json::Array& parts) {
  json::Array pieces;
  for (const json::Value& part : parts) {
    const std::string_view text = part.text("text");
    if (text.empty()) {
      pieces.push_back(part);
      continue;
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text_deltas; ++i) {
      const std::size_t end = piece_end(text, i, text_deltas);
      json::Value piece = part;
      piece.set("text", text.substr(begin, end - begin));
      if (end > begin) pieces.push_back(std::move(piece));
      begin = end;
    }
  }
  return pieces;
}

// The documents of the answer: one, or one for each event of a stream.
std::vector<json::Value> documents_of(ContentParts& content,
                                      const json::Value& usage,
                                      const AnswerContext& context) {
  std::vector<json::Value> documents;
  if (context.delivery == Delivery::Whole) {
    documents.push_back(document_of(std::move(content.parts), "STOP"));
  } else {
    for (json::Value& part : split_parts(content.parts))
      documents.push_back(document_of(json::Array{std::move(part)}, ""));
    documents.push_back(document_of(json::Array{[] {
                                      json::Value last;
                                      last.set("text", "");
                                      return last;
                                    }()},
                                    "STOP"));
  }
  for (json::Value& document : documents) finish_document(document, usage, context);
  return documents;
}

std::string_view type_of(Delivery delivery) {
  return delivery == Delivery::Events ? "text/event-stream" : "application/json; charset=UTF-8";
}

void add_documents(std::span<const json::Value> documents,
                   std::span<const Body> slots,
                   Delivery delivery,
                   Body& body) {
  const bool are_events = delivery == Delivery::Events;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (delivery == Delivery::Array) body.add_text(i == 0 ? "[" : "\n,\r\n");
    if (are_events) body.add_text("data: ");
    body.add_json(documents[i], are_events ? json::Layout::Compact : json::Layout::Indented, slots);
    if (are_events) body.add_text("\r\n\r\n");
  }
  if (delivery == Delivery::Whole) body.add_text("\n");
}

// Without "data:" among events, and where the answer is one document, in the middle of it.
void break_off(const AnswerContext& context, Reply& reply) {
  Body& body = reply.body;
  if (context.delivery == Delivery::Whole) body.truncate(body.size() / 2);
  if (context.delivery == Delivery::Array) body.add_text("\n,\r\n");
  reply.pause = {.after = body.size(),
                 .time = context.faults.time(Fault::MidStreamError, std::chrono::milliseconds(0))};
  const GeminiError error{.http_status = 503,
                          .status = "UNAVAILABLE",
                          .message = "The service is currently unavailable.",
                          .details = {}};
  body.add_text(json::write(error_document(error), json::Layout::Indented) + "\n");
}

Reply framed(std::span<const json::Value> documents,
             std::span<const Body> slots,
             const AnswerContext& context) {
  Reply reply;
  reply.set_type(type_of(context.delivery));
  reply.headers.push_back({.name = "Vary", .value = "Origin"});
  if (context.delivery == Delivery::Events)
    reply.headers.push_back({.name = "Content-Disposition", .value = "attachment"});
  const bool breaks = context.faults.has_any({Fault::MidStreamError, Fault::ChoiceError});
  if (breaks && documents.size() > 1) documents = documents.first(documents.size() / 2);
  add_documents(documents, slots, context.delivery, reply.body);
  if (breaks) break_off(context, reply);
  if (context.delivery == Delivery::Array) reply.body.add_text("\n]");
  return reply;
}

}  // namespace

Reply generation_reply(const Generation& generation,
                       const AnswerContext& context,
                       PictureStore& pictures) {
  if (auto refused = refusal_of(context.faults)) {
    finish_document(*refused, usage_of(generation.prompt, context, nullptr), context);
    return framed(std::span(&*refused, 1), {}, context);
  }
  Result<ContentParts> content = make_parts(generation, context, pictures);
  if (!content.ok())
    return error_reply({.http_status = 500,
                        .status = "INTERNAL",
                        .message = content.error().message,
                        .details = {}});
  const json::Value usage = usage_of(generation.prompt, context, &content.value());
  const auto documents = documents_of(content.value(), usage, context);
  Reply reply = framed(documents, content.value().slots, context);
  if (!context.faults.has_any({Fault::MidStreamError, Fault::ChoiceError})) {
    reply.charge = Charge::Billed;
    reply.image_count = content.value().image_count;
  }
  return reply;
}

}  // namespace patchbay::emulator
