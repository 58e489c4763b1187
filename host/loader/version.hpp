// Semantic versions (semver.org 2.0.0): whether a text is one, and which of two is higher.
#pragma once

#include <compare>
#include <string_view>

namespace patchbay::host {

// MAJOR.MINOR.PATCH, each of at most nine digits, with optional -PRERELEASE and +BUILD.
[[nodiscard]] bool is_semantic_version(std::string_view text);
// By precedence: a pre-release comes before its release, the build part counts for nothing.
// Requires semantic versions.
[[nodiscard]] std::weak_ordering compare_versions(std::string_view a, std::string_view b);

}  // namespace patchbay::host
