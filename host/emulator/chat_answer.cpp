#include "host/emulator/chat_answer.hpp"

#include "host/emulator/content.hpp"

#include <utility>
#include <vector>

namespace patchbay::emulator {
namespace {

constexpr std::size_t text_deltas = 3;
constexpr unsigned keep_alive_count = 5;
constexpr std::string_view keep_alive_comment = ": OPENROUTER PROCESSING\n\n";
constexpr std::string_view keep_alive_space = "\n         \n";

bool is_openrouter(const ChatFrame& frame) {
  return frame.dialect == ChatDialect::OpenRouter;
}

json::Value head_of(const ChatFrame& frame, std::string_view object) {
  json::Value head;
  head.set("id", frame.id);
  head.set("object", object);
  head.set("created", frame.created);
  head.set("model", frame.model);
  if (is_openrouter(frame)) head.set("provider", frame.upstream);
  return head;
}

json::Value image_item(std::size_t index) {
  json::Value url;
  url.set("url", Body::slot_mark(index));
  json::Value item;
  item.set("type", "image_url");
  item.set("image_url", std::move(url));
  return item;
}

json::Value null_or(std::string_view text) {
  return text.empty() ? json::Value() : json::Value(text);
}

void set_reasons(json::Value& choice,
                 std::string_view reason,
                 std::string_view native,
                 const ChatFrame& frame) {
  choice.set("finish_reason", null_or(reason));
  if (is_openrouter(frame)) choice.set("native_finish_reason", null_or(native));
}

json::Value message_of(const ChatContent& content, const ChatFrame& frame) {
  json::Value message;
  message.set("role", "assistant");
  message.set("content", null_or(content.text));
  if (is_openrouter(frame)) {
    message.set("refusal", json::Value());
    message.set("reasoning", null_or(content.reasoning));
  }
  if (content.images.empty() || content.has_image_marks) return message;
  json::Value images{json::Array{}};
  for (std::size_t i = 0; i < content.images.size(); ++i) images.append(image_item(i));
  message.set("images", std::move(images));
  return message;
}

// 200 although nothing came of it: the error is within the choice.
json::Value failed_choice(const ChatFrame& frame) {
  json::Value message;
  message.set("role", "assistant");
  message.set("content", "");
  json::Value choice;
  choice.set("index", 0);
  set_reasons(choice, "error", "", frame);
  choice.set("message", std::move(message));
  choice.set("error", frame.error);
  return choice;
}

json::Value whole_document(const ChatContent& content, const ChatFrame& frame, bool is_broken) {
  json::Value document = head_of(frame, "chat.completion");
  if (is_openrouter(frame)) document.set("system_fingerprint", json::Value());
  json::Value choice;
  choice.set("index", 0);
  if (is_openrouter(frame)) choice.set("logprobs", json::Value());
  set_reasons(choice, content.finish_reason, content.native_finish_reason, frame);
  choice.set("message", message_of(content, frame));
  document.set("choices", json::Array{is_broken ? failed_choice(frame) : std::move(choice)});
  document.set("usage", frame.usage);
  return document;
}

json::Value chunk_of(json::Value delta, const ChatFrame& frame) {
  json::Value choice;
  choice.set("index", 0);
  choice.set("delta", std::move(delta));
  set_reasons(choice, "", "", frame);
  json::Value chunk = head_of(frame, "chat.completion.chunk");
  chunk.set("choices", json::Array{std::move(choice)});
  return chunk;
}

json::Value text_delta(std::string_view text) {
  json::Value delta;
  delta.set("role", "assistant");
  delta.set("content", text);
  return delta;
}

void add_text(const ChatContent& content,
              const ChatFrame& frame,
              std::vector<json::Value>& chunks) {
  // A mark must stay whole, so that an image can take its place.
  const std::size_t count = content.has_image_marks ? 1 : text_deltas;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t end = piece_end(content.text, i, count);
    if (end > begin)
      chunks.push_back(
          chunk_of(text_delta(std::string_view(content.text).substr(begin, end - begin)), frame));
    begin = end;
  }
}

void add_images(const ChatContent& content,
                const ChatFrame& frame,
                std::vector<json::Value>& chunks) {
  if (content.has_image_marks) return;
  for (std::size_t i = 0; i < content.images.size(); ++i) {
    json::Value delta = text_delta("");
    delta.set("images", json::Array{image_item(i)});
    chunks.push_back(chunk_of(std::move(delta), frame));
  }
}

std::vector<json::Value> content_chunks(const ChatContent& content, const ChatFrame& frame) {
  std::vector<json::Value> chunks;
  if (!content.reasoning.empty()) {
    json::Value delta = text_delta("");
    delta.set("reasoning", content.reasoning);
    chunks.push_back(chunk_of(std::move(delta), frame));
  }
  if (!content.is_text_last) add_text(content, frame, chunks);
  add_images(content, frame, chunks);
  if (content.is_text_last) add_text(content, frame, chunks);
  return chunks;
}

// The chunk that says how it ended. OpenRouter says it once more, with the usage.
json::Value last_chunk(const ChatContent& content, const ChatFrame& frame) {
  json::Value choice;
  choice.set("index", 0);
  choice.set("delta", is_openrouter(frame) ? text_delta("") : json::Value(json::Object{}));
  set_reasons(choice, content.finish_reason, content.native_finish_reason, frame);
  json::Value chunk = head_of(frame, "chat.completion.chunk");
  chunk.set("choices", json::Array{std::move(choice)});
  return chunk;
}

json::Value error_chunk(const ChatFrame& frame) {
  if (!is_openrouter(frame)) {
    json::Value document;
    document.set("error", frame.error);
    return document;
  }
  json::Value chunk = chunk_of(text_delta(""), frame);
  chunk.set("error", frame.error);
  chunk.set("usage", frame.usage);
  return chunk;
}

std::vector<json::Value> chunks_of(const ChatContent& content,
                                   const ChatFrame& frame,
                                   bool is_broken) {
  std::vector<json::Value> chunks = content_chunks(content, frame);
  if (is_broken) {
    chunks.resize((chunks.size() + 1) / 2);
    chunks.push_back(error_chunk(frame));
    return chunks;
  }
  json::Value last = last_chunk(content, frame);
  if (is_openrouter(frame)) chunks.push_back(last);
  if (is_openrouter(frame) || frame.shows_usage) last.set("usage", frame.usage);
  chunks.push_back(std::move(last));
  return chunks;
}

void add_whole(const ChatContent& content, const ChatFrame& frame, bool is_broken, Reply& reply) {
  reply.set_type("application/json");
  if (is_openrouter(frame))
    for (unsigned i = 0; i < keep_alive_count; ++i)
      reply.body.add_text(std::string(keep_alive_space));
  reply.body.add_json(
      whole_document(content, frame, is_broken), json::Layout::Compact, content.images);
}

void add_stream(const ChatContent& content, const ChatFrame& frame, bool is_broken, Reply& reply) {
  reply.set_type("text/event-stream");
  reply.headers.push_back({.name = "Cache-Control", .value = "no-cache"});
  if (is_openrouter(frame))
    for (unsigned i = 0; i < keep_alive_count; ++i)
      reply.body.add_text(std::string(keep_alive_comment));
  for (const json::Value& chunk : chunks_of(content, frame, is_broken)) {
    if (reply.pause && chunk.find("error") != nullptr) reply.pause->after = reply.body.size();
    reply.body.add_text("data: ");
    reply.body.add_json(chunk, json::Layout::Compact, content.images);
    reply.body.add_text("\n\n");
    if (is_openrouter(frame) && chunk.find("usage") == nullptr)
      reply.body.add_text(std::string(keep_alive_comment));
  }
  reply.body.add_text("data: [DONE]\n\n");
}

}  // namespace

Reply chat_reply(const ChatContent& content,
                 const ChatFrame& frame,
                 bool streams,
                 const FaultSet& faults) {
  const bool is_broken = faults.has_any({Fault::MidStreamError, Fault::ChoiceError});
  Reply reply;
  if (faults.has(Fault::MidStreamError))
    reply.pause = {.time = faults.time(Fault::MidStreamError, std::chrono::milliseconds(0))};
  if (streams)
    add_stream(content, frame, is_broken, reply);
  else
    add_whole(content, frame, is_broken, reply);
  const bool is_made = content.use.completion() > 0;
  if (is_broken || !is_made) return reply;
  reply.charge = Charge::Billed;
  reply.image_count = content.image_count;
  return reply;
}

}  // namespace patchbay::emulator
