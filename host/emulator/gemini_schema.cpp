#include "host/emulator/gemini_schema.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace patchbay::emulator {
namespace {

enum class Type : std::uint8_t { Text, Number, Integer, Boolean, Enum, Nested, Anything };
enum class Count : std::uint8_t { One, Many };

struct Message;

struct Field {
  std::string_view name;  // camel case
  Type type;
  Count count = Count::One;
  const Message* message = nullptr;           // of Type::Nested
  std::span<const std::string_view> words{};  // of Type::Enum
  std::string_view type_name{};               // of Type::Enum, as errors spell it
};

struct Message {
  std::string_view name;
  std::span<const Field> fields;
};

using enum Type;
constexpr Count many = Count::Many;

constexpr std::array<std::string_view, 5> modality_words = {
    "MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO", "VIDEO"};
constexpr std::array<std::string_view, 5> level_words = {
    "THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH"};
constexpr std::array<std::string_view, 6> category_words = {"HARM_CATEGORY_UNSPECIFIED",
                                                            "HARM_CATEGORY_HARASSMENT",
                                                            "HARM_CATEGORY_HATE_SPEECH",
                                                            "HARM_CATEGORY_SEXUALLY_EXPLICIT",
                                                            "HARM_CATEGORY_DANGEROUS_CONTENT",
                                                            "HARM_CATEGORY_CIVIC_INTEGRITY"};
constexpr std::array<std::string_view, 6> threshold_words = {"HARM_BLOCK_THRESHOLD_UNSPECIFIED",
                                                             "BLOCK_LOW_AND_ABOVE",
                                                             "BLOCK_MEDIUM_AND_ABOVE",
                                                             "BLOCK_ONLY_HIGH",
                                                             "BLOCK_NONE",
                                                             "OFF"};

constexpr std::array blob_fields = {Field{"mimeType", Text}, Field{"data", Text}};
constexpr Message blob = {"Blob", blob_fields};
constexpr std::array file_fields = {Field{"mimeType", Text}, Field{"fileUri", Text}};
constexpr Message file = {"FileData", file_fields};
constexpr std::array part_fields = {Field{"text", Text},
                                    Field{"inlineData", Nested, Count::One, &blob},
                                    Field{"fileData", Nested, Count::One, &file},
                                    Field{"functionCall", Anything},
                                    Field{"functionResponse", Anything},
                                    Field{"executableCode", Anything},
                                    Field{"codeExecutionResult", Anything},
                                    Field{"videoMetadata", Anything},
                                    Field{"partMetadata", Anything},
                                    Field{"mediaResolution", Anything},
                                    Field{"toolCall", Anything},
                                    Field{"toolResponse", Anything},
                                    Field{"thought", Boolean},
                                    Field{"thoughtSignature", Text}};
constexpr Message part = {"Part", part_fields};
constexpr std::array content_fields = {Field{"parts", Nested, many, &part}, Field{"role", Text}};
constexpr Message content = {"Content", content_fields};
constexpr std::array safety_fields = {
    Field{"category", Enum, Count::One, nullptr, category_words, "HarmCategory"},
    Field{"threshold",
          Enum,
          Count::One,
          nullptr,
          threshold_words,
          "SafetySetting.HarmBlockThreshold"}};
constexpr Message safety = {"SafetySetting", safety_fields};
constexpr std::array thinking_fields = {
    Field{"includeThoughts", Boolean},
    Field{"thinkingBudget", Integer},
    Field{"thinkingLevel", Enum, Count::One, nullptr, level_words, "ThinkingConfig.ThinkingLevel"}};
constexpr Message thinking = {"ThinkingConfig", thinking_fields};
constexpr std::array image_fields = {Field{"aspectRatio", Text}, Field{"imageSize", Text}};
constexpr Message image = {"ImageConfig", image_fields};
constexpr std::array config_fields = {
    Field{"candidateCount", Integer},
    Field{"stopSequences", Text, many},
    Field{"maxOutputTokens", Integer},
    Field{"temperature", Number},
    Field{"topP", Number},
    Field{"topK", Number},
    Field{"seed", Integer},
    Field{"responseMimeType", Text},
    Field{"responseSchema", Anything},
    Field{"responseJsonSchema", Anything},
    Field{"_responseJsonSchema", Anything},
    Field{"presencePenalty", Number},
    Field{"frequencyPenalty", Number},
    Field{"responseLogprobs", Boolean},
    Field{"logprobs", Integer},
    Field{"enableEnhancedCivicAnswers", Boolean},
    Field{"responseModalities", Enum, many, nullptr, modality_words, "GenerationConfig.Modality"},
    Field{"speechConfig", Anything},
    Field{"mediaResolution", Anything},
    Field{"responseFormat", Anything},
    Field{"thinkingConfig", Nested, Count::One, &thinking},
    Field{"imageConfig", Nested, Count::One, &image}};
constexpr Message config = {"GenerationConfig", config_fields};
constexpr std::array generate_fields = {Field{"contents", Nested, many, &content},
                                        Field{"systemInstruction", Nested, Count::One, &content},
                                        Field{"safetySettings", Nested, many, &safety},
                                        Field{"generationConfig", Nested, Count::One, &config},
                                        Field{"tools", Anything},
                                        Field{"toolConfig", Anything},
                                        Field{"cachedContent", Text},
                                        Field{"serviceTier", Anything},
                                        Field{"store", Boolean},
                                        Field{"model", Text}};
constexpr Message generate = {"GenerateContentRequest", generate_fields};
constexpr std::array count_fields = {Field{"contents", Nested, many, &content},
                                     Field{"generateContentRequest", Nested, Count::One, &generate},
                                     Field{"model", Text}};
constexpr Message count_tokens = {"CountTokensRequest", count_fields};

constexpr std::string_view package = "type.googleapis.com/google.ai.generativelanguage.v1beta.";

const Field* find_declared(const Message& message, std::string_view name) {
  const auto found =
      std::find_if(message.fields.begin(), message.fields.end(), [&](const Field& field) {
        return field.name == name || snake_case(field.name) == name;
      });
  return found == message.fields.end() ? nullptr : &*found;
}

std::string type_name(const Field& field) {
  switch (field.type) {
    case Text: return "TYPE_STRING";
    case Number: return "TYPE_FLOAT";
    case Integer: return "TYPE_INT32";
    case Boolean: return "TYPE_BOOL";
    case Enum: return std::string(package) + std::string(field.type_name);
    case Nested: return std::string(package) + std::string(field.message->name);
    case Anything: break;
  }
  return "TYPE_MESSAGE";
}

bool has_type(const json::Value& value, const Field& field) {
  switch (field.type) {
    case Text: return value.string() != nullptr;
    case Number: return value.real() != nullptr || value.integer() != nullptr;
    case Integer: return value.integer() != nullptr;
    case Boolean: return value.boolean() != nullptr;
    case Enum:
      // In practice any case is taken.
      return value.string() != nullptr &&
             std::any_of(field.words.begin(), field.words.end(), [&](std::string_view word) {
               return equal_ignoring_case(word, *value.string());
             });
    case Nested: return value.object() != nullptr;
    case Anything: break;
  }
  return true;
}

// One message that is still to be checked. A list instead of recursion: messages nest by the
// request's wish.
struct Pending {
  const json::Value* value;
  const Message* message;
  std::string path;
};

std::string joined_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

GeminiError wrong_value(const std::string& path, const Field& field, const json::Value& value) {
  return field_violation(path,
                         "Invalid value at '" + path + "' (" + type_name(field) + "), " +
                             shortened(json::write(value), 200));
}

std::optional<GeminiError> check_value(const json::Value& value,
                                       const Field& field,
                                       const std::string& path,
                                       std::vector<Pending>& pending) {
  if (value.is_null()) return std::nullopt;
  if (!has_type(value, field)) return wrong_value(path, field, value);
  if (field.type == Nested)
    pending.push_back({.value = &value, .message = field.message, .path = path});
  return std::nullopt;
}

std::optional<GeminiError> check_member(const Pending& in,
                                        const json::Member& member,
                                        std::vector<Pending>& pending) {
  const auto& [name, value] = member;
  const Field* field = find_declared(*in.message, name);
  if (field == nullptr) {
    const std::string where = in.path.empty() ? "" : " at '" + in.path + "'";
    return field_violation(in.path,
                           "Invalid JSON payload received. Unknown name \"" + printable(name) +
                               "\"" + where + ": Cannot find field.");
  }
  const std::string path = joined_path(in.path, snake_case(field->name));
  const json::Array* array = value.array();
  if (field->count == Count::One || array == nullptr)
    return check_value(value, *field, path, pending);
  for (std::size_t i = 0; i < array->size(); ++i) {
    const std::string element = path + "[" + std::to_string(i) + "]";
    if (auto error = check_value((*array)[i], *field, element, pending)) return error;
  }
  return std::nullopt;
}

}  // namespace

std::string snake_case(std::string_view camel_case) {
  std::string snake;
  for (const char letter : camel_case) {
    const bool is_upper = letter >= 'A' && letter <= 'Z';
    if (is_upper) snake += '_';
    snake += is_upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return snake;
}

const json::Value* find_field(const json::Value& object, std::string_view camel_case) {
  const json::Value* found = object.find(camel_case);
  if (found == nullptr) found = object.find(snake_case(camel_case));
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string_view text_field(const json::Value& object, std::string_view camel_case) {
  const json::Value* found = find_field(object, camel_case);
  const std::string* text = found == nullptr ? nullptr : found->string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::optional<GeminiError> check_fields(const json::Value& body, GeminiMessage message) {
  if (body.object() == nullptr)
    return invalid_argument("Invalid JSON payload received. The root must be an object.");
  std::vector<Pending> pending = {
      {.value = &body,
       .message = message == GeminiMessage::CountTokens ? &count_tokens : &generate,
       .path = ""}};
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const Pending in = pending[i];
    for (const json::Member& member : *in.value->object())
      if (auto error = check_member(in, member, pending)) return error;
  }
  return std::nullopt;
}

}  // namespace patchbay::emulator
