#include "plugins/shared/settings.hpp"

#include "plugins/shared/refusal.hpp"

namespace shared {

std::string_view setting_or(const patchbay::Request& request,
                            std::string_view name,
                            std::string_view otherwise) {
  const std::string_view set = request.setting(name);
  return set.empty() ? otherwise : set;
}

std::string_view choice(const patchbay::Request& request,
                        std::string_view name,
                        std::initializer_list<std::string_view> words) {
  const std::string_view set = request.setting(name);
  if (set.empty()) return *words.begin();
  std::string listed;
  for (const std::string_view word : words) {
    if (word == set) return set;
    listed.append(listed.empty() ? "" : ", ").append(word);
  }
  refuse_request("the provider's setting " + std::string(name) + " must be one of " + listed);
}

std::string path_setting(const patchbay::Request& request,
                         std::string_view name,
                         std::string_view otherwise) {
  const std::string_view set = setting_or(request, name, otherwise);
  if (set.find("://") != set.npos)
    refuse_request("the provider's setting " + std::string(name) +
                   " is a path below the endpoint, not a URL");
  return set.starts_with('/') ? std::string(set) : "/" + std::string(set);
}

}  // namespace shared
