// The host of `plugin check`, as tests use it.
#pragma once

#include "host/check/session_player.hpp"
#include "tests/contract/transcript.hpp"
#include <patchbay/plugin.h>

#include <string>
#include <utility>

namespace patchbay::contract {

// A plugin file, never unloaded. Throws where it cannot be loaded.
class LoadedPlugin {
 public:
  explicit LoadedPlugin(const std::string& path);
  [[nodiscard]] const patchbay_module& module() const { return *module_; }

 private:
  const patchbay_module* module_ = nullptr;
};

// Of a model that the bundled adapters know.
struct Question : check::Question {
  Question() { model = "gemini-3.1-flash-image"; }
  // NOLINTNEXTLINE(google-explicit-constructor): a question is a question.
  Question(check::Question other) : check::Question(std::move(other)) {}
};

}  // namespace patchbay::contract
