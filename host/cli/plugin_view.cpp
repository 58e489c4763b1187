#include "host/cli/plugin_view.hpp"

#include "core/base/text.hpp"
#include "host/cli/context.hpp"
#include "host/cli/progress.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace patchbay::cli {
namespace {

bool is_named(const host::FoundPlugin& plugin, const std::string& name) {
  std::error_code failure;
  const bool is_path = std::filesystem::equivalent(plugin.path, name, failure) && !failure;
  if (is_path || plugin.path.filename() == name || plugin.path.stem() == name) return true;
  return std::ranges::any_of(plugin.manifest.adapters, [&](const host::AdapterManifest& adapter) {
    return adapter.name == name || adapter.id == name;
  });
}

Error refused(const host::RefusedPlugin& plugin) {
  return Error{ErrorCode::Plugin,
               plugin.path.string() + " " + plugin.reason,
               "replace the file; see `patchbay plugin list`"};
}

// A file that lies outside the folders that are searched.
Result<host::FoundPlugin> plugin_at(const std::string& path) {
  host::CatalogOptions options;
  options.explicit_paths.emplace_back(path);
  const auto catalog = PATCHBAY_TRY(host::Catalog::discover(std::move(options)));
  if (!catalog->refused().empty()) return refused(catalog->refused().front());
  if (!catalog->plugins().empty()) return catalog->plugins().front();
  return Error{ErrorCode::NotFound, path + " is no plugin"};
}

json::Value list_of(const std::vector<std::string>& words) {
  json::Value list{json::Array{}};
  for (const std::string& word : words) list.append(word);
  return list;
}

json::Value document_of(const host::AdapterManifest& adapter) {
  json::Value value;
  value.set("id", adapter.id);
  value.set("name", adapter.name);
  value.set("display_name", adapter.display_name);
  value.set("version", adapter.version);
  value.set("endpoint", adapter.endpoint);
  value.set("needs_credential", adapter.needs_credential);
  json::Value placements{json::Object{}};
  for (const auto& [auth_type, placement] : adapter.auth) {
    json::Value place;
    place.set("header", placement.header);
    place.set("prefix", placement.prefix);
    placements.set(auth_type, std::move(place));
  }
  value.set("auth", std::move(placements));
  json::Value origins{json::Array{}};
  for (const host::ManifestOrigin& origin : adapter.origins) {
    json::Value place;
    place.set("origin", origin.origin);
    place.set("credentialed", origin.credentialed);
    place.set("anonymous_get", origin.anonymous_get);
    origins.append(std::move(place));
  }
  value.set("origins", std::move(origins));
  json::Value operations{json::Array{}};
  for (const host::Operation operation : adapter.operations) {
    operations.append(to_string(operation));
  }
  value.set("operations", std::move(operations));
  value.set("image_model", adapter.image_model);
  value.set("chat_model", adapter.chat_model);
  value.set("key_prefixes", list_of(adapter.key_prefixes));
  value.set("settings", list_of(adapter.setting_names));
  value.set("params", list_of(adapter.parameter_names));
  return value;
}

std::vector<std::string> words_about(const host::AdapterManifest& adapter) {
  std::vector<std::string> lines{"adapter " + adapter.id + " " + adapter.version +
                                 ", for provider '" + adapter.name + "'"};
  if (!adapter.endpoint.empty()) lines.push_back("  calls      " + adapter.endpoint);
  for (const host::ManifestOrigin& origin : adapter.origins) {
    lines.push_back("  also calls " + origin.origin +
                    (origin.credentialed ? " with the key" : " without the key"));
  }
  if (adapter.anonymous_get_anywhere) {
    lines.emplace_back("  also gets  any public https address, without the key");
  }
  for (const auto& [auth_type, placement] : adapter.auth) {
    lines.push_back("  the key    goes as " + auth_type + " into the header " + placement.header +
                    (placement.prefix.empty() ? "" : ", after '" + placement.prefix + "'"));
  }
  if (!adapter.needs_credential) lines.emplace_back("  the key    none is needed");
  return lines;
}

}  // namespace

Result<host::FoundPlugin> plugin_named(Context& context, const std::optional<std::string>& name) {
  if (!name || name->empty()) {
    return Error{ErrorCode::Usage, "which plugin?", "see `patchbay plugin list`"};
  }
  host::Host& host = *PATCHBAY_TRY(context.host());
  std::vector<host::FoundPlugin> found;
  for (const host::FoundPlugin& plugin : host.catalog().plugins()) {
    if (is_named(plugin, *name)) found.push_back(plugin);
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.size() > 1) {
    return Error{ErrorCode::Usage, "several plugins have that name", "name its file by path"};
  }
  for (const host::RefusedPlugin& plugin : host.catalog().refused()) {
    const bool same =
        plugin.path == *name || plugin.path.filename() == *name || plugin.path.stem() == *name;
    if (same) return refused(plugin);
  }
  if (name->find('/') != std::string::npos) return plugin_at(*name);
  return Error{ErrorCode::NotFound,
               "there is no plugin '" + printable(*name) + "'",
               "see `patchbay plugin list`"};
}

json::Value document_of(const host::FoundPlugin& plugin) {
  json::Value value;
  value.set("path", plugin.path.string());
  value.set("sha256", plugin.sha256);
  value.set("size", plugin.size);
  value.set("trust", to_string(plugin.trust));
  if (!plugin.shadowed_by.empty()) value.set("shadowed_by", plugin.shadowed_by);
  json::Value adapters{json::Array{}};
  for (const host::AdapterManifest& adapter : plugin.manifest.adapters) {
    adapters.append(document_of(adapter));
  }
  value.set("adapters", std::move(adapters));
  return value;
}

std::vector<std::string> words_about(const host::FoundPlugin& plugin) {
  std::vector<std::string> lines{"plugin  " + plugin.path.string(),
                                 "sha256  " + plugin.sha256,
                                 "size    " + readable_bytes(plugin.size),
                                 "trust   " + std::string(to_string(plugin.trust))};
  if (!plugin.shadowed_by.empty()) lines.push_back("unused  " + plugin.shadowed_by);
  for (const host::AdapterManifest& adapter : plugin.manifest.adapters) {
    for (std::string& line : words_about(adapter)) lines.push_back(printable(line));
  }
  return lines;
}

std::string adapter_names(const host::FoundPlugin& plugin) {
  std::vector<std::string> names;
  names.reserve(plugin.manifest.adapters.size());
  for (const host::AdapterManifest& adapter : plugin.manifest.adapters) {
    names.push_back(adapter.name);
  }
  return joined(names, ", ");
}

}  // namespace patchbay::cli
