#include "plugins/shared/images_body.hpp"

#include "plugins/shared/extras.hpp"
#include "plugins/shared/refusal.hpp"
#include <patchbay/json_body.hpp>

namespace shared {
namespace {

using patchbay::Body;
using patchbay::Request;
using patchbay::to_view;

constexpr std::string_view line_end = "\r\n";

// Random, so that no image has it inside.
std::string boundary_of(const Request& request) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string boundary = "----patchbay-form-";
  for (int shift = 60; shift >= 0; shift -= 4)
    boundary.push_back(hex[request.random() >> static_cast<unsigned>(shift) & 15U]);
  return boundary;
}

// The name of a file by its type: some servers judge an image by it.
std::string file_name(std::size_t number, std::string_view mime) {
  const std::size_t slash = mime.find('/');
  const std::string_view type = slash == mime.npos ? mime : mime.substr(slash + 1);
  return "image" + std::to_string(number) + "." + std::string(type);
}

class Form {
 public:
  explicit Form(std::string boundary) : boundary_(std::move(boundary)) {}

  void text(std::string_view name, std::string_view value) {
    begin(name);
    body_.raw("\r\n\r\n").raw(value).raw(line_end);
  }
  void file(std::string_view name,
            const std::string& file,
            std::string_view mime,
            std::uint32_t blob) {
    begin(name);
    body_.raw("; filename=\"").raw(file).raw("\"\r\nContent-Type: ").raw(mime).raw("\r\n\r\n");
    body_.blob_raw(blob).raw(line_end);
  }
  [[nodiscard]] FormBody take() {
    body_.raw("--").raw(boundary_).raw("--\r\n");
    return FormBody{"multipart/form-data; boundary=" + boundary_, std::move(body_)};
  }

 private:
  void begin(std::string_view name) {
    body_.raw("--").raw(boundary_).raw("\r\nContent-Disposition: form-data; name=\"");
    body_.raw(name).raw("\"");
  }

  std::string boundary_;
  Body body_;
};

}  // namespace

Body images_json(const Request& request,
                 const OnePrompt& prompt,
                 const ImageFields& fields,
                 std::string_view extra) {
  patchbay::JsonBody json;
  json.open_object().key("model").string(request.model()).key("prompt").string(prompt.text);
  for (const ImageField& field : fields) {
    json.key(field.name);
    field.kind == ImageField::Kind::Literal ? json.literal(field.value) : json.string(field.value);
  }
  if (!prompt.images.empty()) {
    json.key("images").open_array();
    for (const std::uint32_t index : prompt.images) {
      json.open_object().key("image_url");
      json.blob_data_url(to_view(request.blob(index).mime), index).close_object();
    }
    json.close_array();
  }
  write_members(json, extra, "extra_body");
  json.close_object();
  return json.take();
}

FormBody images_form(const Request& request,
                     const OnePrompt& prompt,
                     const ImageFields& fields,
                     std::string_view extra) {
  if (!extra.empty())
    refuse_request("the provider's setting extra_body needs edits_format=json for input images");
  Form form(boundary_of(request));
  form.text("model", request.model());
  form.text("prompt", prompt.text);
  for (const ImageField& field : fields) form.text(field.name, field.value);
  const std::string_view name = prompt.images.size() == 1 ? "image" : "image[]";
  for (std::size_t i = 0; i < prompt.images.size(); ++i) {
    const std::string_view mime = to_view(request.blob(prompt.images[i]).mime);
    form.file(name, file_name(i + 1, mime), mime, prompt.images[i]);
  }
  return form.take();
}

}  // namespace shared
