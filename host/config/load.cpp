#include "core/base/file.hpp"
#include "host/config/document.hpp"

#include <sys/stat.h>

#include <system_error>
#include <vector>

namespace patchbay::host {

namespace fs = std::filesystem;

namespace {

bool is_writable_by_all(const fs::path& file) {
  struct stat info{};
  return stat(file.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0;
}

}  // namespace

Result<Config> load_config(const fs::path& file) {
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error);
  const fs::path& name = error ? file : absolute;
  const Result<std::string> text = read_file(name, config_size_max);
  if (!text.ok() && text.error().code == ErrorCode::NotFound) return config_of({}, name);
  if (!text.ok()) return text.error();
  const std::vector<Entry> entries = PATCHBAY_TRY(parse_document(text.value(), name));
  Config config = PATCHBAY_TRY(config_of(entries, name));
  if (is_writable_by_all(name))
    config.warnings.push_back(
        name.string() + " says whose signatures count, and is writable by others: chmod go-w " +
        name.string());
  return config;
}

}  // namespace patchbay::host
