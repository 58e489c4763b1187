#include "plugins/gemini/model_list.hpp"

#include "plugins/gemini/model_id.hpp"
#include "plugins/gemini/status_error.hpp"
#include "plugins/shared/words.hpp"
#include <patchbay/read.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace gemini {
namespace {

constexpr int pages_max = 100;  // of up to 1000 models

class ModelPage {
 public:
  explicit ModelPage(patchbay::Io& io) : io_(&io) {}
  ModelPage(const ModelPage&) = delete;
  ModelPage& operator=(const ModelPage&) = delete;

  void select(patchbay::JsonReader& reader) {
    error_.select(reader, "");
    reader.seen("models", has_models_).text("nextPageToken", next_token_, 2048);
    reader.text("models[].name", name_, 256).text("models[].displayName", display_name_);
    reader.text("models[].description", description_);
    reader.each("models[].supportedGenerationMethods[]", [this](std::string_view method) {
      generates_ = generates_ || method == "generateContent";
    });
    reader.leave("models[]", [this] { emit(); });
  }

  [[nodiscard]] const StatusError& error() const { return error_; }
  [[nodiscard]] bool has_models() const { return has_models_; }
  [[nodiscard]] const std::string& next_token() const { return next_token_; }

 private:
  void emit() {
    const std::string_view id = bare_model(name_);
    patchbay_model model{};
    if (generates_) model.flags |= PATCHBAY_MODEL_CHAT;
    if (generates_ && is_image_model(id)) model.flags |= PATCHBAY_MODEL_IMAGES;
    model.id = patchbay::to_str(id);
    model.display_name = patchbay::to_str(display_name_);
    model.description = patchbay::to_str(description_);
    if (!id.empty()) io_->model(model);
    name_.clear();
    display_name_.clear();
    description_.clear();
    generates_ = false;
  }

  patchbay::Io* io_;
  StatusError error_;
  bool has_models_ = false;
  std::string next_token_;
  std::string name_;
  std::string display_name_;
  std::string description_;
  bool generates_ = false;
};

patchbay::Outcome unusable(std::string why) {
  patchbay::Failure failure(PATCHBAY_ERR_PROTOCOL, std::move(why));
  failure.http_status = 200;
  return patchbay::fail(std::move(failure));
}
constexpr const char* no_list = "the answer is not a list of models";

}  // namespace

patchbay::HttpCall call_for(const patchbay::Request& request,
                            std::string method,
                            std::string target) {
  patchbay::HttpCall call(std::move(method), std::move(target));
  const std::string_view project = request.setting("user_project");
  if (!project.empty()) call.header("x-goog-user-project", std::string(project));
  return call;
}

patchbay::Async<patchbay::Outcome> list_models(const patchbay::Request& request, patchbay::Io& io) {
  std::string token;
  for (int page = 0; page < pages_max; ++page) {
    std::string target = "/models?pageSize=1000";
    if (!token.empty()) target += "&pageToken=" + shared::percent_encoded(token);
    auto call = call_for(request, "GET", std::move(target));
    auto exchange = co_await io.send(std::move(call));
    if (exchange.status() != 200) co_return co_await fail_from(request, io, exchange);

    ModelPage models(io);
    patchbay::JsonReader reader;
    models.select(reader);
    co_await patchbay::read_json(io, exchange, reader);
    if (models.error().present()) co_return patchbay::fail(models.error().failure(200));
    if (!models.has_models() && page == 0) co_return unusable(no_list);
    if (models.next_token().empty()) co_return patchbay::done();
    if (models.next_token() == token) break;
    token = models.next_token();
  }
  co_return unusable("the list of models does not end");
}

patchbay::Async<patchbay::Outcome> verify_key(const patchbay::Request& request, patchbay::Io& io) {
  auto call = call_for(request, "GET", "/models?pageSize=1");
  auto exchange = co_await io.send(std::move(call));
  if (exchange.status() != 200) co_return co_await fail_from(request, io, exchange);

  StatusError error;
  bool has_models = false;
  patchbay::JsonReader reader;
  error.select(reader, "");
  reader.seen("models", has_models);
  co_await patchbay::read_json(io, exchange, reader);
  if (error.present()) co_return patchbay::fail(error.failure(200));
  if (!has_models) co_return unusable(no_list);
  co_return patchbay::done();
}

}  // namespace gemini
