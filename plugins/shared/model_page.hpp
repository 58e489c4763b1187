// GET /models as OpenAI shaped it: {"data": [{"id": …}]}, with what its relatives added.
#pragma once

#include "plugins/shared/answer_error.hpp"
#include <patchbay/io.hpp>
#include <patchbay/json.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace shared {

class ModelPage {
 public:
  // Whether a model draws, where the provider does not say so.
  using DrawsFunction = std::function<bool(std::string_view id)>;

  ModelPage(patchbay::Io& io, DrawsFunction draws) : io_(&io), draws_(std::move(draws)) {}
  ModelPage(const ModelPage&) = delete;
  ModelPage& operator=(const ModelPage&) = delete;

  void select(patchbay::JsonReader& reader);

  [[nodiscard]] const ErrorFields& error() const { return error_; }
  [[nodiscard]] bool has_models() const { return has_models_; }
  // The address of the next page; empty on the last.
  [[nodiscard]] const std::string& next() const { return next_; }

 private:
  void select_model(patchbay::JsonReader& reader, const std::string& model);
  void emit();
  [[nodiscard]] std::uint32_t flags() const;

  patchbay::Io* io_;
  DrawsFunction draws_;
  ErrorFields error_;
  bool has_models_ = false;
  std::string next_;
  std::string id_;
  std::string name_;
  std::string description_;
  bool states_output_ = false;
  bool gives_images_ = false;
  bool gives_text_ = false;
  bool states_images_ = false;  // `supports_image_generation`
};

}  // namespace shared
