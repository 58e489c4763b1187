// The provider row's settings as adapters read them.
#pragma once

#include <patchbay/request.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace shared {

[[nodiscard]] std::string_view setting_or(const patchbay::Request& request,
                                          std::string_view name,
                                          std::string_view otherwise);

// One of the words, of which the first is what counts without the setting. Throws
// Failed(bad_request) for another one.
[[nodiscard]] std::string_view choice(const patchbay::Request& request,
                                      std::string_view name,
                                      std::initializer_list<std::string_view> words);

// A path below the endpoint, with its slash in front. Throws Failed(bad_request) for a whole URL.
[[nodiscard]] std::string path_setting(const patchbay::Request& request,
                                       std::string_view name,
                                       std::string_view otherwise);

}  // namespace shared
