#include "host/check/transcript.hpp"

#include <patchbay/json.hpp>
#include <patchbay/plugin.h>

#include <array>
#include <string_view>

namespace patchbay::check {
namespace {

template <std::size_t Size>
const char* name_of(const std::array<const char*, Size>& names, std::uint32_t value) {
  return value < Size ? names[value] : "unknown";
}
constexpr std::array<const char*, 14> categories = {"none",
                                                    "auth_invalid",
                                                    "auth_config",
                                                    "quota",
                                                    "rate",
                                                    "blocked",
                                                    "no_output",
                                                    "bad_request",
                                                    "model",
                                                    "upstream",
                                                    "network",
                                                    "protocol",
                                                    "plugin",
                                                    "cancelled"};
constexpr std::array<const char*, 4> kinds = {"?", "text", "image", "state"};
constexpr std::array<const char*, 3> dispositions = {"final", "draft", "thought"};
constexpr std::array<const char*, 3> billings = {"unknown", "no", "yes"};

constexpr std::size_t shown_data_max = 120;  // bytes; longer data shows as its hash

std::string shown(std::string_view data) {
  std::string out = "\"";
  if (data.size() <= shown_data_max) {
    append_json_escaped(out, data);
    return out + "\"";
  }
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : data) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return "#" + std::to_string(data.size()) + ":" + std::to_string(hash);
}

std::string part_line(std::uint32_t index, const SeenPart& part) {
  std::string line = "part " + std::to_string(index) + " " + name_of(kinds, part.kind) + " " +
                     name_of(dispositions, part.disposition);
  if (!part.mime.empty()) line += " " + part.mime;
  if (part.belongs_to != PATCHBAY_NO_PART) line += " of " + std::to_string(part.belongs_to);
  return line + " " + shown(part.data) + (part.whole ? "" : " OPEN");
}

std::string usage_line(const SeenUsage& usage) {
  std::string line = "usage";
  if ((usage.known & PATCHBAY_USAGE_INPUT_TOKENS) != 0)
    line += " input " + std::to_string(usage.input_tokens);
  if ((usage.known & PATCHBAY_USAGE_OUTPUT_TOKENS) != 0)
    line += " output " + std::to_string(usage.output_tokens);
  if ((usage.known & PATCHBAY_USAGE_TOTAL_TOKENS) != 0)
    line += " total " + std::to_string(usage.total_tokens);
  if ((usage.known & PATCHBAY_USAGE_COST) != 0)
    line += " cost " + std::to_string(usage.cost_nano_usd);
  return line;
}

std::string request_line(const SentRequest& request) {
  const bool elsewhere =
      request.origin != PATCHBAY_ORIGIN_ENDPOINT && request.origin != PATCHBAY_ORIGIN_URL;
  return request.method + " " + request.target +
         (elsewhere ? " at origin " + std::to_string(request.origin) : "");
}

std::string failure_line(const SeenFailure& failure) {
  std::string line = std::string("error ") + category_name(failure.category) + " http " +
                     std::to_string(failure.http_status) + " billed " +
                     name_of(billings, failure.billed) +
                     (failure.understood != 0 ? " understood" : " not-understood");
  if (failure.retry_after_ms != 0) line += " retry " + std::to_string(failure.retry_after_ms);
  if (!failure.provider_code.empty()) line += " code " + failure.provider_code;
  return line + " " + shown(failure.message);
}

// Just enough of a JSON writer for one object of strings, numbers and raw members.
class Object {
 public:
  Object& text(const char* key, std::string_view value) {
    std::string quoted = "\"";
    append_json_escaped(quoted, value);
    return raw(key, quoted + "\"");
  }
  Object& number(const char* key, std::uint64_t value) { return raw(key, std::to_string(value)); }
  Object& raw(const char* key, const std::string& json) {
    out_ += out_.size() > 1 ? ", \"" : "\"";
    out_.append(key).append("\": ").append(json);
    return *this;
  }
  [[nodiscard]] std::string done() const { return out_ + "}"; }

 private:
  std::string out_ = "{";
};

template <class List, class Write>
std::string array_of(const List& list, Write write) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : ", ") + write(item);
  return "[" + out + "]";
}

std::string json_of(const SentRequest& request) {
  Object headers;
  for (const auto& [name, value] : request.headers) headers.text(name.c_str(), value);
  return Object()
      .number("origin", request.origin)
      .text("method", request.method)
      .text("target", request.target)
      .raw("headers", headers.done())
      .text("body", request.body)
      .done();
}

std::string json_of(std::uint32_t index, const SeenPart& part) {
  Object out;
  out.number("index", index).text("kind", name_of(kinds, part.kind));
  out.text("disposition", name_of(dispositions, part.disposition)).text("mime", part.mime);
  if (part.belongs_to != PATCHBAY_NO_PART) out.number("belongs_to", part.belongs_to);
  out.number("base64", part.encoding == PATCHBAY_ENCODING_BASE64 ? 1 : 0);
  return out.number("whole", part.whole ? 1 : 0).text("data", part.data).done();
}

std::string json_of(const SeenFailure& failure) {
  return Object()
      .text("category", category_name(failure.category))
      .text("billed", name_of(billings, failure.billed))
      .number("http_status", failure.http_status)
      .number("understood", failure.understood)
      .number("retry_after_ms", failure.retry_after_ms)
      .text("provider_code", failure.provider_code)
      .text("message", failure.message)
      .done();
}

}  // namespace

const char* category_name(std::uint32_t category) {
  return name_of(categories, category);
}

std::vector<std::string> Transcript::lines() const {
  std::vector<std::string> out;
  for (const SentRequest& request : requests) out.push_back(request_line(request));
  for (const auto& [index, part] : parts) out.push_back(part_line(index, part));
  for (const SeenModel& model : models)
    out.push_back("model " + model.id + " flags " + std::to_string(model.flags) + " " +
                  shown(model.display_name));
  if (usage.known != 0) out.push_back(usage_line(usage));
  for (const auto& [key, value] : meta) out.push_back("meta " + key + " " + shown(value));
  for (const Violation& violation : violations) out.push_back("VIOLATION " + violation.what);
  if (ending == Ending::Done) out.emplace_back("done");
  if (ending == Ending::Failed) out.push_back(failure_line(failure));
  if (ending == Ending::Broken) out.push_back("BROKEN " + failure.message);
  if (ending == Ending::None) out.emplace_back("NO ENDING");
  return out;
}

std::string Transcript::text() const {
  std::string out;
  for (const std::string& line : lines()) out += line + "\n";
  return out;
}

std::string Transcript::answer() const {
  std::string out;
  for (const std::string& line : lines())
    if (line.starts_with("part ") || line.starts_with("model ")) out += line + "\n";
  return out;
}

std::string Transcript::json() const {
  Object tokens;
  if ((usage.known & PATCHBAY_USAGE_INPUT_TOKENS) != 0) tokens.number("input", usage.input_tokens);
  if ((usage.known & PATCHBAY_USAGE_OUTPUT_TOKENS) != 0)
    tokens.number("output", usage.output_tokens);
  if ((usage.known & PATCHBAY_USAGE_TOTAL_TOKENS) != 0) tokens.number("total", usage.total_tokens);
  if ((usage.known & PATCHBAY_USAGE_COST) != 0) tokens.number("cost_nano_usd", usage.cost_nano_usd);
  Object metadata;
  for (const auto& [key, value] : meta) metadata.text(key.c_str(), value);
  Object out;
  out.raw("requests", array_of(requests, [](const SentRequest& r) { return json_of(r); }));
  out.raw("parts", array_of(parts, [](const auto& p) { return json_of(p.first, p.second); }));
  out.raw("models", array_of(models, [](const SeenModel& model) {
            return Object().text("id", model.id).number("flags", model.flags).done();
          }));
  out.raw("usage", tokens.done()).raw("meta", metadata.done());
  out.number("violations", violations.size());
  out.text("ending",
           ending == Ending::Done     ? "done"
           : ending == Ending::Failed ? "failed"
                                      : "none");
  if (ending == Ending::Failed) out.raw("failure", json_of(failure));
  return out.done();
}

}  // namespace patchbay::check
