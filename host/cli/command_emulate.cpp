// `emulate`: the providers on this machine, for trying things and for plugin authors.
#include "core/base/file.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/table.hpp"
#include "host/cli/values.hpp"
#include "host/emulator/emulator.hpp"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

json::Value document_of(const emulator::Emulator& running) {
  json::Value providers{json::Array{}};
  for (const emulator::ProviderAccess& access : running.access()) {
    json::Value value;
    value.set("provider", access.provider);
    value.set("base_url", access.base_url);
    value.set("key", access.key);
    value.set("bad_key", access.bad_key);
    json::Value keys{json::Array{}};
    for (const std::string& key : access.keys) keys.append(key);
    value.set("keys", std::move(keys));
    for (const auto& [name, text] : access.more) value.set(name, text);
    providers.append(std::move(value));
  }
  json::Value document;
  document.set("port", std::int64_t{running.port()});
  document.set("providers", std::move(providers));
  return document;
}

// What each key was used for, once it is over.
void print_counts(const emulator::Emulator& running, Console& console) {
  const emulator::Counts counts = running.counts();
  console.line("answered " + std::to_string(counts.requests) + " requests, billed " +
               std::to_string(counts.billed) + " with " + std::to_string(counts.images) +
               " images");
  for (const emulator::KeyCounts& key : running.key_counts())
    console.line(key.provider + " " + key.key + ": " + std::to_string(key.requests) +
                 " requests, billed " + std::to_string(key.billed) + " with " +
                 std::to_string(key.images) + " images, refused " + std::to_string(key.refused));
}

class EmulateCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"emulate"},
            "Answer as the providers do, on this machine, until ^C",
            "  patchbay emulate --port 8089\n"
            "  patchbay emulate --latency 2000 --image-bytes 20M --fault rate:0.1\n"
            "  patchbay emulate --fault-rate 10 --seed 7 --quota 100\n"
            "  patchbay emulate --list-faults"};
  }

  std::vector<Option> options() override {
    return {{"--port", "NUMBER", "Listen here on 127.0.0.1; 0: any free one (the default)", &port_},
            {"--latency", "MS", "Before the head of each answer", &latency_},
            {"--image-bytes", "N", "Size of each image's file, eg 300000 or 20M", &image_bytes_},
            {"--fault", "NAME[:…]", "What goes wrong; may be repeated", &faults_},
            {"--fault-rate", "PERCENT", "So many generations go wrong somehow", &fault_rate_},
            {"--list-faults", "", "Show the faults there are", &list_faults_},
            {"--rate-limit", "N", "Generations a second that each key may make", &rate_limit_},
            {"--quota", "N", "Generations billed to a key until it may no more", &quota_},
            {"--token-life", "SECONDS", "How long an access token is good", &token_life_},
            {"--seed", "NUMBER", "The same seed gives the same images and faults", &seed_},
            {"--ready-file", "FILE", "Write the JSON form here once it listens", &ready_file_}};
  }

  Status run(Context& context) override {
    if (list_faults_) {
      print_faults(context.console());
      return {};
    }
    Console& console = context.console();
    net::EventLoop loop;
    emulator::Options options = PATCHBAY_TRY(emulator_options(console));
    const auto running = PATCHBAY_TRY(emulator::Emulator::start(loop, std::move(options)));
    loop.on_interrupt([&loop] { loop.stop(); });
    const json::Value document = document_of(*running);
    if (ready_file_) {
      const std::string text = json::write(document, json::Layout::Indented) + "\n";
      PATCHBAY_TRY(write_file(*ready_file_, text, 0600, IfExists::Replace));
    }
    console.document(document);
    for (const emulator::ProviderAccess& access : running->access()) {
      console.line(access.provider + " " + access.base_url + " " + access.key);
    }
    console.line("ready");
    PATCHBAY_TRY(console.finish());
    loop.run();
    print_counts(*running, console);
    return console.finish();
  }

 private:
  static void print_faults(Console& console) {
    Table table({"FAULT", "DRAWN", "WHAT HAPPENS"});
    json::Value faults{json::Array{}};
    for (const emulator::FaultDescription& fault : emulator::fault_list()) {
      table.add(
          {std::string(fault.name), fault.is_drawn ? "yes" : "no", std::string(fault.meaning)});
      json::Value value;
      value.set("name", fault.name);
      value.set("meaning", fault.meaning);
      value.set("drawn", fault.is_drawn);
      faults.append(std::move(value));
    }
    json::Value document;
    document.set("faults", std::move(faults));
    console.document(document);
    table.print(console);
  }

  Result<emulator::Options> emulator_options(Console& console) const {
    emulator::Options options;
    constexpr NumberRange ports{0, std::numeric_limits<std::uint16_t>::max()};
    constexpr NumberRange seeds{0, std::numeric_limits<std::int64_t>::max()};
    constexpr NumberRange percents{0, 100};
    constexpr NumberRange rates{1, 1'000'000};
    constexpr NumberRange quotas{1, std::numeric_limits<std::int64_t>::max()};
    options.port = static_cast<std::uint16_t>(
        PATCHBAY_TRY(parse_number("--port", port_.value_or("0"), ports)));
    if (latency_) options.latency = PATCHBAY_TRY(parse_latency("--latency", *latency_));
    if (image_bytes_) {
      options.image_bytes = PATCHBAY_TRY(parse_byte_count("--image-bytes", *image_bytes_));
    }
    if (seed_) {
      options.seed =
          static_cast<std::uint64_t>(PATCHBAY_TRY(parse_number("--seed", *seed_, seeds)));
    }
    if (fault_rate_) {
      options.fault_rate =
          static_cast<double>(PATCHBAY_TRY(parse_number("--fault-rate", *fault_rate_, percents)));
    }
    if (rate_limit_) {
      options.rate_limit =
          static_cast<unsigned>(PATCHBAY_TRY(parse_number("--rate-limit", *rate_limit_, rates)));
    }
    if (quota_) {
      options.quota =
          static_cast<std::uint64_t>(PATCHBAY_TRY(parse_number("--quota", *quota_, quotas)));
    }
    if (token_life_) {
      constexpr NumberRange lives{1, 86'400};
      options.token_life =
          std::chrono::seconds(PATCHBAY_TRY(parse_number("--token-life", *token_life_, lives)));
    }
    options.faults = faults_;
    if (console.verbosity() == Verbosity::Verbose) {
      options.log = [&console](std::string_view line) { console.note(line); };
    }
    return options;
  }

  std::optional<std::string> port_;
  std::optional<std::string> latency_;
  std::optional<std::string> image_bytes_;
  std::vector<std::string> faults_;
  std::optional<std::string> fault_rate_;
  std::optional<std::string> rate_limit_;
  std::optional<std::string> quota_;
  std::optional<std::string> token_life_;
  bool list_faults_ = false;
  std::optional<std::string> seed_;
  std::optional<std::string> ready_file_;
};

}  // namespace

void add_emulate_commands(CommandList& list) {
  list.push_back(std::make_unique<EmulateCommand>());
}

}  // namespace patchbay::cli
