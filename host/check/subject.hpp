// The plugin that is looked at, as far as a check needs it, and the scenes that are played to it.
#pragma once

#include "core/base/result.hpp"
#include "host/check/cassette.hpp"
#include "host/check/check.hpp"
#include "host/check/session_player.hpp"
#include "host/loader/catalog.hpp"
#include "host/loader/elf_linkage.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::check {

// One question, and what the provider says to it.
struct Scene {
  std::string name;
  Question question;
  std::vector<Reply> replies;
  std::filesystem::path expected_path;  // empty: made up by the check
};

class Subject {
 public:
  using Progress = std::function<void(std::string_view what)>;
  struct Options {
    std::filesystem::path plugin;
    std::optional<std::filesystem::path> cassettes;
    std::uint64_t seed = 1;
    unsigned fuzz_rounds = 0;
    std::string canary;  // a secret that the plugin is not to find
  };

  Subject(Options options, Progress progress);

  [[nodiscard]] const std::filesystem::path& path() const { return options_.plugin; }
  [[nodiscard]] std::uint64_t seed() const { return options_.seed; }
  [[nodiscard]] unsigned fuzz_rounds() const { return options_.fuzz_rounds; }
  [[nodiscard]] const std::string& canary() const { return options_.canary; }
  // Told before what may not come back.
  void about_to(std::string_view what) const { progress_(what); }

  // Read once; nothing is run.
  [[nodiscard]] Result<std::string> manifest_text() const;
  [[nodiscard]] Result<host::ElfLinkage> linkage() const;
  [[nodiscard]] Result<const host::Manifest*> manifest();
  // Loads it, at first use.
  [[nodiscard]] Result<const patchbay_module*> module();
  // Requires module() to be there.
  [[nodiscard]] const patchbay_module& loaded() const { return *module_; }

  // What every adapter's every operation may be asked. Requires the manifest.
  [[nodiscard]] std::vector<Question> questions() const;
  // The cassettes, and for each question an answer that every provider could give. Requires the
  // manifest. Errors: BadInput.
  [[nodiscard]] Result<std::vector<Scene>> scenes() const;
  [[nodiscard]] bool has_cassettes() const { return options_.cassettes.has_value(); }
  [[nodiscard]] const host::AdapterManifest& adapter(const Question& question) const {
    return plugin_.manifest.adapters[question.adapter];
  }
  // "acme image"
  [[nodiscard]] std::string name_of(const Question& question) const;

 private:
  [[nodiscard]] Status complete(Cassette& cassette) const;

  Options options_;
  Progress progress_;
  host::FoundPlugin plugin_;
  bool has_manifest_ = false;
  const patchbay_module* module_ = nullptr;
};

// What two plays of a scene agree on: empty where they do not, or where the session breaks, which
// are other checks' business.
[[nodiscard]] std::optional<std::string> settled(const Subject& subject, const Scene& scene);

// Played in the plainest way: nothing that the session was lent is taken back.
[[nodiscard]] Transcript played(const Subject& subject, const Scene& scene);
// Its lines without violations, which are other checks' business.
[[nodiscard]] std::string facts_of(Transcript seen);
// Whether the adapter asks its provider anything.
[[nodiscard]] bool asks_a_provider(const Subject& subject, const Question& question);

[[nodiscard]] inline Finding failed(std::string detail) {
  return {Verdict::Fail, std::move(detail)};
}
[[nodiscard]] inline Finding skipped(std::string detail) {
  return {Verdict::Skip, std::move(detail)};
}
// Where two transcripts part.
[[nodiscard]] std::string difference(std::string_view wanted, std::string_view seen);

}  // namespace patchbay::check
