// Writes a JSON document into a Body and sets the commas.
//
//   JsonBody json;
//   json.open_object().key("model").string(request.model()).close_object();
//   co_await io.post("/images", json.take());
#pragma once

#include <patchbay/body.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::inline v1 {

// Brackets and keys must match; that is the author's business.
class JsonBody {
 public:
  JsonBody& open_object() { return open("{"); }
  JsonBody& close_object() { return close("}"); }
  JsonBody& open_array() { return open("["); }
  JsonBody& close_array() { return close("]"); }
  JsonBody& key(std::string_view name) {
    comma();
    body_.json_string(name).raw(":");
    comma_due_ = false;
    return *this;
  }

  JsonBody& string(std::string_view text) {
    comma();
    body_.json_string(text);
    return *this;
  }
  JsonBody& number(std::uint64_t value) { return literal(std::to_string(value)); }
  JsonBody& boolean(bool truth) { return literal(truth ? "true" : "false"); }
  JsonBody& null() { return literal("null"); }
  // What is JSON already.
  JsonBody& literal(std::string_view json) {
    comma();
    body_.raw(json);
    return *this;
  }
  // The blob as a string: in base64, or as the text that it is.
  JsonBody& blob_base64(std::uint32_t index) {
    comma();
    body_.raw("\"").blob_base64(index).raw("\"");
    return *this;
  }
  // "data:MIME;base64,…".
  JsonBody& blob_data_url(std::string_view mime, std::uint32_t index) {
    comma();
    std::string head = "\"data:";
    append_json_escaped(head, mime);
    body_.raw(head.append(";base64,")).blob_base64(index).raw("\"");
    return *this;
  }
  JsonBody& blob_text(std::uint32_t index) {
    comma();
    body_.raw("\"").blob_json(index).raw("\"");
    return *this;
  }

  [[nodiscard]] Body take() { return std::move(body_); }

 private:
  void comma() {
    if (std::exchange(comma_due_, true)) body_.raw(",");
  }
  JsonBody& open(std::string_view bracket) {
    literal(bracket);
    comma_due_ = false;
    return *this;
  }
  JsonBody& close(std::string_view bracket) {
    body_.raw(bracket);
    comma_due_ = true;
    return *this;
  }

  Body body_;
  bool comma_due_ = false;
};

}  // namespace patchbay::inline v1
