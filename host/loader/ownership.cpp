#include "host/loader/ownership.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <grp.h>
#include <pwd.h>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t account_size_max = std::size_t{64}
                                         << 10U;  // bytes of one passwd or group entry

Error refused(std::string reason) {
  return Error{ErrorCode::Plugin, std::move(reason), {}, {}};
}

// "0775"
std::string mode_text(mode_t mode) {
  std::string text;
  for (const unsigned shift : {9U, 6U, 3U, 0U})
    text += static_cast<char>('0' + ((mode >> shift) & 7U));
  return text;
}

// True where the group is this user's own: of the user's name, primary, and without other members.
bool is_private_group(uid_t user, gid_t group) {
  std::vector<char> user_buffer(account_size_max);
  std::vector<char> group_buffer(account_size_max);
  passwd account{};
  passwd* found = nullptr;
  if (getpwuid_r(user, &account, user_buffer.data(), user_buffer.size(), &found) != 0 ||
      found == nullptr || account.pw_gid != group)
    return false;
  struct group entry{};
  struct group* found_group = nullptr;
  if (getgrgid_r(group, &entry, group_buffer.data(), group_buffer.size(), &found_group) != 0 ||
      found_group == nullptr)
    return false;
  const std::string_view name = account.pw_name;
  if (name != entry.gr_name) return false;
  for (char** member = entry.gr_mem; *member != nullptr; ++member)
    if (name != *member) return false;
  return true;
}

bool is_writable_by_others(const struct stat& info) {
  if ((info.st_mode & S_IWOTH) != 0) return true;
  if ((info.st_mode & S_IWGRP) == 0) return false;
  const uid_t user = geteuid();
  // root's group has members on some systems that no file tells.
  return user == 0 || info.st_uid != user || !is_private_group(user, info.st_gid);
}

Status check_folder(const fs::path& folder, const TrustedOwners& owners) {
  const std::string name = printable(folder.native());
  struct stat info{};
  if (lstat(folder.c_str(), &info) != 0)
    return refused("the folder " + name +
                   " cannot be examined: " + std::generic_category().message(errno));
  if (!S_ISDIR(info.st_mode)) return refused("the folder " + name + " is none");
  if (!owners.contains(info.st_uid))
    return refused("the folder " + name + " belongs to another user (uid " +
                   std::to_string(info.st_uid) + ")");
  const bool sticky = (info.st_mode & S_ISVTX) != 0;
  if (!sticky && is_writable_by_others(info))
    return refused("the folder " + name + " is writable by others (mode " +
                   mode_text(info.st_mode) + "): chmod go-w " + name);
  return {};
}

}  // namespace

TrustedOwners TrustedOwners::of_process() {
  return TrustedOwners{{0, geteuid()}};
}

bool TrustedOwners::contains(uid_t user) const {
  return std::find(users.begin(), users.end(), user) != users.end();
}

uid_t owner_of_program() {
  struct stat info{};
  return stat("/proc/self/exe", &info) == 0 ? info.st_uid : geteuid();
}

Status check_file(const struct stat& info, const fs::path& path, const TrustedOwners& owners) {
  if (!owners.contains(info.st_uid))
    return refused("belongs to another user (uid " + std::to_string(info.st_uid) + ")");
  if (is_writable_by_others(info))
    return refused("is writable by others (mode " + mode_text(info.st_mode) + "): chmod go-w " +
                   printable(path.native()));
  return {};
}

Status check_folders(const fs::path& folder, const TrustedOwners& owners) {
  fs::path current;
  for (const fs::path& part : folder) {
    current /= part;
    PATCHBAY_TRY(check_folder(current, owners));
  }
  return {};
}

}  // namespace patchbay::host
