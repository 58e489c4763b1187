// Adapters, providers and keys as a router meets them, without files.
#pragma once

#include "host/registry/registry.hpp"
#include "host/router/router.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::testing {

// What discovery would have found.
class ListedCatalog final : public host::Catalog {
 public:
  host::AdapterManifest& add(const std::string& name, host::Trust trust = host::Trust::Bundled) {
    host::FoundPlugin& plugin = *owned_.emplace_back(std::make_unique<host::FoundPlugin>());
    plugin.path = "/plugins/" + name + ".so";
    plugin.trust = trust;
    host::AdapterManifest manifest;
    manifest.id = "test." + name;
    manifest.name = name;
    manifest.image_model = name + "-draws";
    manifest.chat_model = name + "-talks";
    manifest.operations = {host::Operation::Image,
                           host::Operation::Chat,
                           host::Operation::Models,
                           host::Operation::Verify};
    plugin.manifest.adapters.push_back(std::move(manifest));
    return plugin.manifest.adapters.front();
  }

  [[nodiscard]] const std::vector<host::FoundPlugin>& plugins() const override { return none_; }
  [[nodiscard]] const std::vector<host::RefusedPlugin>& refused() const override {
    return refused_;
  }
  [[nodiscard]] std::vector<host::Adapter> adapters() const override {
    std::vector<host::Adapter> list;
    for (const auto& plugin : owned_) list.push_back(host::Adapter{plugin.get(), 0});
    return list;
  }
  [[nodiscard]] std::optional<host::Adapter> by_id(std::string_view id) const override {
    for (const host::Adapter& adapter : adapters())
      if (adapter.manifest().id == id) return adapter;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<host::Adapter> by_name(std::string_view name) const override {
    for (const host::Adapter& adapter : adapters())
      if (adapter.manifest().name == name) return adapter;
    return std::nullopt;
  }
  [[nodiscard]] Result<const patchbay_module*> load(const host::Adapter&) override {
    return Error{ErrorCode::Plugin, "nothing is loaded here", {}, {}};
  }

 private:
  std::vector<std::unique_ptr<host::FoundPlugin>> owned_;
  std::vector<host::FoundPlugin> none_;
  std::vector<host::RefusedPlugin> refused_;
};

constexpr std::int64_t now_unix_ms = 1'795'410'984'000;  // 2026-11-23 05:16:24 UTC

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    for (const char* name : {"gemini", "openrouter"}) {
      catalog_.add(name);
      add_row(name);
    }
    catalog_.add("placeholder").needs_credential = false;
  }

  host::Provider& add_row(const std::string& name) {
    host::Provider provider;
    provider.id = "id-" + name;
    provider.name = name;
    provider.endpoint_url = "https://" + name + ".test/v1";
    provider.auth_type = "bearer";
    providers_.push_back(std::move(provider));
    return providers_.back();
  }

  host::Key& add_key(const std::string& id, const std::string& provider) {
    host::Key key;
    key.id = id;
    key.provider_id = "id-" + provider;
    key.environment = "default";
    key.seal = host::SealState::Sealed;
    keys_.push_back(std::move(key));
    return keys_.back();
  }

  Result<std::vector<host::Candidate>> find() {
    return host::route(
        request_, host::RouteInput{catalog_, providers_, keys_, default_provider_, now_unix_ms});
  }
  // "provider/key" of each candidate; the error's message where there is none.
  std::vector<std::string> names() {
    const auto candidates = find();
    if (!candidates.ok()) return {candidates.error().message};
    std::vector<std::string> list;
    for (const host::Candidate& candidate : candidates.value())
      list.push_back(candidate.provider.name + "/" + (candidate.key ? candidate.key->id : "-"));
    return list;
  }
  Error error() {
    const auto candidates = find();
    EXPECT_FALSE(candidates.ok()) << "there is a route";
    return candidates.ok() ? Error{ErrorCode::Internal, "", {}, {}} : candidates.error();
  }

  ListedCatalog catalog_;
  std::vector<host::Provider> providers_;
  std::vector<host::Key> keys_;
  host::Request request_;
  std::string default_provider_;
};

}  // namespace patchbay::testing
