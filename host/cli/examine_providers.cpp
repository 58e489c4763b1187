#include "core/base/text.hpp"
#include "host/cli/examine_machine.hpp"
#include "host/cli/examined_home.hpp"
#include "host/cli/key_view.hpp"
#include "host/cli/plugin_view.hpp"

#include <map>
#include <string>
#include <vector>

namespace patchbay::cli {
namespace {

using KeyCounts = std::map<std::string, std::size_t>;  // by state

void examine_plugin(Examination& examination, const host::FoundPlugin& plugin) {
  const std::string check = plugin.path.filename().string();
  const std::string detail = plugin.path.string() + ", " + adapter_names(plugin) + ", " +
                             std::string(to_string(plugin.trust));
  if (!plugin.shadowed_by.empty()) {
    examination.ok(check, detail + ", unused: " + plugin.shadowed_by + " serves its name");
  } else if (plugin.trust == host::Trust::NeedsTrust) {
    examination.warn(check,
                     detail + ": it is not loaded",
                     "look at it with `patchbay plugin info " + plugin.path.string() +
                         "`, then run `patchbay plugin trust " + plugin.path.string() + "`");
  } else {
    examination.ok(check, detail);
  }
}

KeyCounts counts_of(const std::vector<host::Key>& keys, const ExaminedHome& home) {
  KeyCounts counts;
  for (const host::Key& key : keys) {
    ++counts[shown_key(key, home.vault ? &*home.vault : nullptr).state];
  }
  return counts;
}

std::string words_about(const KeyCounts& counts) {
  std::vector<std::string> words;
  for (const auto& [state, count] : counts) words.push_back(std::to_string(count) + " " + state);
  return words.empty() ? "none" : joined(words, ", ");
}

void examine_keys(Examination& examination,
                  const host::Provider& provider,
                  const KeyCounts& counts) {
  const std::string check = "keys of " + provider.name;
  const std::string words = words_about(counts);
  const auto has = [&counts](const char* state) { return counts.contains(state); };
  if (has("tampered")) {
    examination.fail(check,
                     words + ": what the owner signed is not what is there",
                     "look at `patchbay key list` and `patchbay provider show " + provider.name +
                         "`; `patchbay key approve` seals a key as it stands");
  } else if (has("needs re-entry")) {
    examination.fail(check,
                     words + ": the vault does not open all of them",
                     "enter them again: patchbay configure --force --provider " + provider.name);
  } else if (has("unsealed")) {
    examination.warn(check,
                     words + ": nobody signed for all of them",
                     "see `patchbay key list`, then `patchbay key approve`");
  } else {
    examination.ok(check, words);
  }
}

void examine_provider(Examination& examination,
                      const ExaminedHome& home,
                      const host::Provider& provider) {
  const auto keys = home.registry->keys(*home.catalog, provider.id);
  if (!keys.ok()) return examination.fail(provider.name, keys.error());
  const KeyCounts counts = counts_of(keys.value(), home);
  const auto adapter = host::Registry::adapter_of(*home.catalog, provider);
  const bool has_usable = counts.contains("active") || counts.contains("used");
  std::string detail = provider.endpoint_url + ", " + provider.auth_type;
  if (provider.allows_private()) detail += ", plain http and private addresses allowed";
  if (!provider.is_active) {
    examination.ok(provider.name, detail + ", switched off");
  } else if (adapter) {
    examination.ok(provider.name, detail + ", served by " + adapter->manifest().id);
  } else if (has_usable) {
    examination.fail(provider.name,
                     detail + ": no plugin serves it, so its keys cannot be used",
                     "see the plugins above; `patchbay provider set " + provider.name +
                         " --adapter ID` names another");
  } else {
    examination.warn(provider.name,
                     detail + ": no plugin serves it",
                     "add the plugin, or run `patchbay provider disable " + provider.name + "`");
  }
  if (!counts.empty()) examine_keys(examination, provider, counts);
}

}  // namespace

void examine_plugins(Examination& examination, const ExaminedHome& home) {
  examination.begin("plugins");
  examine_isolation(examination, home.facts.config);
  for (const host::FoundPlugin& plugin : home.catalog->plugins()) {
    examine_plugin(examination, plugin);
  }
  for (const host::RefusedPlugin& plugin : home.catalog->refused()) {
    examination.warn(plugin.path.filename().string(),
                     "refused: " + plugin.path.string() + " " + plugin.reason,
                     "correct that, or take the file away");
  }
  if (!home.catalog->plugins().empty()) return;
  examination.fail(
      "plugins",
      "none was found, so nothing can be made",
      "install Patchbay whole, or put a plugin into " + home.facts.home.plugin_directory.string());
}

void examine_providers(Examination& examination, const ExaminedHome& home) {
  examination.begin("providers");
  if (!home.registry) return;
  const auto providers = home.registry->providers();
  if (!providers.ok()) return examination.fail("providers", providers.error());
  for (const host::Provider& provider : providers.value()) {
    examine_provider(examination, home, provider);
  }
}

}  // namespace patchbay::cli
