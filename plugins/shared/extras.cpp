#include "plugins/shared/extras.hpp"

#include "plugins/shared/refusal.hpp"
#include <patchbay/json.hpp>

#include <cctype>
#include <string>
#include <utility>

namespace shared {
namespace {

constexpr std::size_t headers_max = 32;

[[noreturn]] void refuse(std::string_view setting, std::string_view what) {
  refuse_request("the provider's setting " + std::string(setting) + " " + std::string(what));
}

// The members of one flat object of texts.
class Headers {
 public:
  explicit Headers(patchbay::HttpCall& call, std::string_view setting)
      : call_(&call), setting_(setting), parser_(*this) {}
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;

  void read(std::string_view json) {
    if (!parser_.write(json) || !parser_.finish() || !is_flat_)
      refuse(setting_, "must be a JSON object of texts, for instance {\"x-team\": \"art\"}");
  }

 private:
  friend class patchbay::JsonParser<Headers>;
  void on_object() { is_flat_ = is_flat_ && depth_++ == 0; }
  void on_object_end() {}
  void on_array() { is_flat_ = false; }
  void on_array_end() {}
  void on_key(std::string_view key) { name_ = key; }
  void on_string(std::string_view text, bool last) {
    value_ += text;
    if (last) add();
  }
  void on_number(patchbay::JsonNumber) { is_flat_ = false; }
  void on_boolean(bool) { is_flat_ = false; }
  void on_null() { is_flat_ = false; }

  void add() {
    is_flat_ = is_flat_ && depth_ == 1;
    if (!is_flat_) return;
    if (++count_ > headers_max) refuse(setting_, "has too many headers");
    std::string lower = name_;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lower == "authorization" || lower == "cookie" || lower == "host")
      refuse(setting_, "may not set " + lower + ": that is attached by the host");
    call_->header(std::exchange(name_, {}), std::exchange(value_, {}));
  }

  patchbay::HttpCall* call_;
  std::string_view setting_;
  std::string name_;
  std::string value_;
  std::size_t depth_ = 0;
  std::size_t count_ = 0;
  bool is_flat_ = true;
  patchbay::JsonParser<Headers> parser_;
};

}  // namespace

void write_members(patchbay::JsonBody& body, std::string_view json, std::string_view setting) {
  constexpr std::string_view space = " \t\r\n";
  if (json.empty()) return;
  patchbay::JsonReader reader;
  bool is_object = false;
  bool has_members = false;
  reader.enter("", [&] { is_object = json.find_first_not_of(space) == json.find('{'); });
  if (!reader.write(json) || !reader.finish() || !is_object)
    refuse(setting, "must be a JSON object, for instance {\"quality\": \"high\"}");
  json.remove_prefix(json.find('{') + 1);
  json = json.substr(0, json.rfind('}'));
  has_members = json.find_first_not_of(space) != json.npos;
  if (has_members) body.literal(json);
}

void add_headers(patchbay::HttpCall& call, std::string_view json, std::string_view setting) {
  if (json.empty()) return;
  Headers headers(call, setting);
  headers.read(json);
}

}  // namespace shared
