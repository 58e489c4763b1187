// The event splitter against a plain reading of the whole stream, however it is cut.
#include "tests/fuzz/fuzz_check.hpp"
#include <patchbay/sse.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using patchbay::fuzz::require;

class Recorder {
 public:
  void on_data(std::string_view text) { data_.append(text); }
  void on_event() {
    events_.push_back(data_);
    data_.clear();
  }
  void on_stray(std::string_view text) { stray_.append(text); }
  [[nodiscard]] const std::vector<std::string>& events() const { return events_; }
  [[nodiscard]] const std::string& stray() const { return stray_; }

 private:
  std::string data_;
  std::string stray_;
  std::vector<std::string> events_;
};

Recorder split(std::string_view stream, std::uint32_t seed, std::size_t largest) {
  Recorder recorder;
  patchbay::SseSplitter<Recorder> splitter(recorder);
  while (!stream.empty()) {
    seed = seed * 1664525U + 1013904223U;
    const std::size_t size = std::min<std::size_t>(stream.size(), 1 + (seed >> 16U) % largest);
    splitter.write(std::string(stream.substr(0, size)));
    stream.remove_prefix(size);
  }
  splitter.finish();
  return recorder;
}

std::vector<std::string> lines_of(std::string_view stream) {
  if (stream.starts_with("\xEF\xBB\xBF")) stream.remove_prefix(3);
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const bool pair = stream[i] == '\r' && i + 1 < stream.size() && stream[i + 1] == '\n';
    if (stream[i] != '\r' && stream[i] != '\n') {
      lines.back() += stream[i];
      continue;
    }
    i += pair ? 1 : 0;
    lines.emplace_back();
  }
  return lines;
}

// The standard's algorithm on whole lines.
std::vector<std::string> events_of(std::string_view stream) {
  std::vector<std::string> events;
  std::string data;
  bool has_data = false;
  const auto end_event = [&] {
    if (has_data) events.push_back(data);
    data.clear();
    has_data = false;
  };
  for (const std::string& line : lines_of(stream)) {
    if (line.empty()) end_event();
    const std::size_t colon = std::min(line.find(':'), line.size());
    if (line.substr(0, colon) != "data") continue;
    std::string value = colon < line.size() ? line.substr(colon + 1) : "";
    if (value.starts_with(' ')) value.erase(0, 1);
    data += (has_data ? "\n" : "") + value;
    has_data = true;
  }
  end_event();
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const Recorder whole = split(stream, 1, std::max<std::size_t>(1, size));
  require(whole.events() == events_of(stream), "a plain reading finds other events");
  for (const std::uint32_t seed : {7U, 99U}) {
    const Recorder cut = split(stream, seed, 4);
    require(cut.events() == whole.events(), "the events depend on the cuts");
    require(cut.stray() == whole.stray(), "the strays depend on the cuts");
  }
  return 0;
}
