#include "host/loader/version.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace patchbay::host {
namespace {

constexpr std::size_t digits_max = 9;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_plain_number(std::string_view text) {
  return is_number(text) && text.size() <= digits_max && (text.size() == 1 || text[0] != '0');
}

// Takes the text up to the separator, and the separator, off the front.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

bool are_identifiers(std::string_view text) {
  if (text.empty() || text.back() == '.') return false;
  while (!text.empty())
    if (!is_identifier(take(text, '.'))) return false;
  return true;
}

struct Parts {
  std::array<std::string_view, 3> core;
  std::string_view prerelease;
};

Parts parts_of(std::string_view text) {
  text = text.substr(0, text.find('+'));
  std::string_view numbers = take(text, '-');
  Parts parts;
  for (std::string_view& part : parts.core) part = take(numbers, '.');
  parts.prerelease = text;
  return parts;
}

// Numbers without leading zeros: the longer is the larger.
std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

std::weak_ordering compare_identifiers(std::string_view a, std::string_view b) {
  if (is_number(a) && is_number(b)) return compare_numbers(a, b);
  if (is_number(a) != is_number(b))
    return is_number(a) ? std::weak_ordering::less : std::weak_ordering::greater;
  return a <=> b;
}

std::weak_ordering compare_prereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  while (!a.empty() && !b.empty()) {
    const std::weak_ordering order = compare_identifiers(take(a, '.'), take(b, '.'));
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

}  // namespace

bool is_semantic_version(std::string_view text) {
  const std::size_t plus = text.find('+');
  if (plus != std::string_view::npos && !are_identifiers(text.substr(plus + 1))) return false;
  text = text.substr(0, plus);
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos && !are_identifiers(text.substr(dash + 1))) return false;
  text = text.substr(0, dash);
  if (std::count(text.begin(), text.end(), '.') != 2) return false;
  const std::string_view major = take(text, '.');
  const std::string_view minor = take(text, '.');
  return is_plain_number(major) && is_plain_number(minor) && is_plain_number(text);
}

std::weak_ordering compare_versions(std::string_view a, std::string_view b) {
  const Parts left = parts_of(a);
  const Parts right = parts_of(b);
  for (std::size_t i = 0; i < left.core.size(); ++i) {
    const std::weak_ordering order = compare_numbers(left.core[i], right.core[i]);
    if (order != 0) return order;
  }
  return compare_prereleases(left.prerelease, right.prerelease);
}

}  // namespace patchbay::host
