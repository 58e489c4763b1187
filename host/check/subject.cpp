#include "host/check/subject.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/loader/module_library.hpp"
#include "host/loader/plugin_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <utility>

namespace patchbay::check {
namespace {

struct OpenFile {
  FileDescriptor descriptor;
  std::uint64_t size = 0;
};

Result<OpenFile> open_file(const std::filesystem::path& path) {
  OpenFile file;
  file.descriptor = FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.descriptor.is_open())
    return file_error(ErrorCode::NotFound, "cannot open", path, errno);
  struct stat facts{};
  if (fstat(file.descriptor.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return Error{ErrorCode::Plugin, "is no regular file", {}, {}};
  file.size = static_cast<std::uint64_t>(facts.st_size);
  if (file.size > host::plugin_size_max) return Error{ErrorCode::Plugin, "is too large", {}, {}};
  return file;
}

constexpr host::Operation operations[] = {host::Operation::Image,
                                          host::Operation::Chat,
                                          host::Operation::Models,
                                          host::Operation::Verify};

std::string model_for(const host::AdapterManifest& adapter, host::Operation operation) {
  const bool has_model = operation == host::Operation::Image || operation == host::Operation::Chat;
  if (!has_model) return {};
  const std::string& stated =
      operation == host::Operation::Image ? adapter.image_model : adapter.chat_model;
  return stated.empty() ? "model-1" : stated;
}

}  // namespace

Subject::Subject(Options options, Progress progress)
    : options_(std::move(options)), progress_(std::move(progress)) {
  plugin_.path = options_.plugin;
}

Result<std::string> Subject::manifest_text() const {
  const OpenFile file = PATCHBAY_TRY(open_file(path()));
  return host::read_manifest_text(host::FileElfInput(file.descriptor.get(), file.size));
}

Result<host::ElfLinkage> Subject::linkage() const {
  const OpenFile file = PATCHBAY_TRY(open_file(path()));
  return host::read_linkage(host::FileElfInput(file.descriptor.get(), file.size));
}

Result<const host::Manifest*> Subject::manifest() {
  if (!has_manifest_) {
    const std::string text = PATCHBAY_TRY(manifest_text());
    plugin_.manifest = PATCHBAY_TRY(host::parse_manifest(text));
    has_manifest_ = true;
  }
  return &plugin_.manifest;
}

Result<const patchbay_module*> Subject::module() {
  PATCHBAY_TRY(manifest());
  if (module_ == nullptr) module_ = PATCHBAY_TRY(host::load_module(path(), plugin_));
  return module_;
}

std::string Subject::name_of(const Question& question) const {
  const auto operation = static_cast<host::Operation>(question.operation);
  return adapter(question).name + " " + std::string(host::to_string(operation));
}

std::vector<Question> Subject::questions() const {
  std::vector<Question> out;
  for (std::size_t i = 0; i < plugin_.manifest.adapters.size(); ++i) {
    const host::AdapterManifest& adapter = plugin_.manifest.adapters[i];
    for (const host::Operation operation : operations) {
      if (!adapter.can(operation)) continue;
      Question& question = out.emplace_back();
      question.adapter = static_cast<std::uint32_t>(i);
      question.operation = static_cast<std::uint32_t>(operation);
      question.model = model_for(adapter, operation);
      question.auth_type = adapter.default_auth_type;
      const bool asks = operation == host::Operation::Image || operation == host::Operation::Chat;
      if (!asks) question.messages.clear();
    }
  }
  return out;
}

Status Subject::complete(Cassette& cassette) const {
  const auto& adapters = plugin_.manifest.adapters;
  const auto named = std::find_if(adapters.begin(), adapters.end(), [&](const auto& adapter) {
    return cassette.adapter.empty() || adapter.id == cassette.adapter ||
           adapter.name == cassette.adapter;
  });
  if (named == adapters.end())
    return Error{
        ErrorCode::BadInput,
        cassette.name + ": the plugin has no adapter '" + printable(cassette.adapter) + "'",
        {},
        {}};
  cassette.question.adapter = static_cast<std::uint32_t>(named - adapters.begin());
  cassette.question.auth_type = named->default_auth_type;
  return {};
}

Result<std::vector<Scene>> Subject::scenes() const {
  std::vector<Scene> out;
  if (options_.cassettes) {
    std::vector<Cassette> cassettes = PATCHBAY_TRY(read_cassettes(*options_.cassettes));
    for (Cassette& cassette : cassettes) {
      PATCHBAY_TRY(complete(cassette));
      out.push_back({cassette.name,
                     std::move(cassette.question),
                     std::move(cassette.replies),
                     std::move(cassette.expected_path)});
    }
  }
  const Pairs json{{"content-type", "application/json"}};
  for (const Question& question : questions()) {
    const std::string name = name_of(question);
    out.push_back({name + ", answered {}", question, {{200, json, "{}"}}, {}});
    out.push_back({name + ", refused",
                   question,
                   {{400, json, R"({"error": {"message": "no", "code": "wrong"}})"}},
                   {}});
  }
  return out;
}

Transcript played(const Subject& subject, const Scene& scene) {
  Play how;
  how.borrowed = Borrowed::Kept;
  return play(subject.loaded(), scene.question, scene.replies, how);
}

std::string facts_of(Transcript seen) {
  seen.violations.clear();
  return seen.text();
}

bool asks_a_provider(const Subject& subject, const Question& question) {
  subject.about_to("ask " + subject.name_of(question));
  return !play(subject.loaded(), question, {}).requests.empty();
}

std::optional<std::string> settled(const Subject& subject, const Scene& scene) {
  subject.about_to("play " + scene.name);
  const Transcript seen = played(subject, scene);
  if (seen.ending == Ending::Broken) return std::nullopt;
  std::string facts = facts_of(seen);
  if (facts != facts_of(played(subject, scene))) return std::nullopt;
  return facts;
}

std::string difference(std::string_view wanted, std::string_view seen) {
  constexpr std::size_t shown_max = 160;
  const auto next_line = [](std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
  };
  while (!wanted.empty() || !seen.empty()) {
    const std::string_view one = next_line(wanted);
    const std::string_view other = next_line(seen);
    if (one == other) continue;
    const auto shown = [](std::string_view line) {
      return line.empty() ? std::string("nothing") : printable(shortened(line, shown_max));
    };
    return "wanted: " + shown(one) + "; seen: " + shown(other);
  }
  return "no difference";
}

}  // namespace patchbay::check
