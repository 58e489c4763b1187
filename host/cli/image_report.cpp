#include "core/base/text.hpp"
#include "host/cli/image_output.hpp"
#include "host/cli/progress.hpp"

#include <string>
#include <string_view>

namespace patchbay::cli {
namespace {

constexpr std::size_t text_shown_max = 500;  // bytes of the provider's words

void set_where_known(json::Value& value,
                     std::string_view name,
                     const std::optional<std::uint64_t>& number) {
  if (number) value.set(name, *number);
}

json::Value document_of(const host::SavedImage& image) {
  json::Value value;
  if (!image.path.empty()) value.set("file", image.path.string());
  value.set("format", media::suffix_of(image.format).substr(1));
  value.set("mime", media::mime_of(image.format));
  value.set("width", std::int64_t{image.width});
  value.set("height", std::int64_t{image.height});
  value.set("bytes", image.size);
  value.set("sha256", image.sha256);
  return value;
}

json::Value document_of(const host::Usage& usage) {
  json::Value value{json::Object{}};
  set_where_known(value, "input_tokens", usage.input_tokens);
  set_where_known(value, "output_tokens", usage.output_tokens);
  set_where_known(value, "total_tokens", usage.total_tokens);
  if (usage.cost_nano_usd) {
    value.set("cost_usd", static_cast<double>(*usage.cost_nano_usd) / 1e9);
  }
  return value;
}

// "$0.039", of 1e-9 dollars.
std::string readable_cost(std::uint64_t nano_usd) {
  std::string fraction = std::to_string(1'000'000'000 + nano_usd % 1'000'000'000).substr(1);
  fraction.erase(std::max<std::size_t>(fraction.find_last_not_of('0') + 1, 2));
  return "$" + std::to_string(nano_usd / 1'000'000'000) + "." + fraction;
}

std::string words_about(const host::Usage& usage) {
  std::string words;
  const auto add = [&words](const std::string& more) {
    words += (words.empty() ? "" : ", ") + more;
  };
  if (usage.input_tokens) add(std::to_string(*usage.input_tokens) + " tokens in");
  if (usage.output_tokens) add(std::to_string(*usage.output_tokens) + " tokens out");
  if (usage.total_tokens && words.empty()) add(std::to_string(*usage.total_tokens) + " tokens");
  if (usage.cost_nano_usd) add(readable_cost(*usage.cost_nano_usd));
  return words;
}

std::string format_name(const host::SavedImage& image) {
  switch (image.format) {
    case media::ImageFormat::Png: return "PNG";
    case media::ImageFormat::Jpeg: return "JPEG";
    case media::ImageFormat::Webp: return "WebP";
    case media::ImageFormat::Gif: return "GIF";
  }
  return "image";
}

}  // namespace

json::Value document_of(const ImageReport& report) {
  const host::RunReport& run = report.run;
  json::Value images{json::Array{}};
  for (const host::SavedImage& image : report.images) images.append(document_of(image));
  json::Value meta{json::Object{}};
  for (const auto& [name, value] : run.outcome.meta) {
    if (meta.find(name) == nullptr) meta.set(name, value);
  }
  json::Value document;
  document.set("images", std::move(images));
  document.set("provider", run.candidate.provider.name);
  document.set("model", run.candidate.model);
  document.set("duration_ms", std::int64_t{run.outcome.latency.count()});
  document.set("usage", document_of(run.outcome.usage));
  document.set("meta", std::move(meta));
  if (!report.text.empty()) document.set("text", report.text);
  document.set("attempt_id", run.attempt_id);
  document.set("request_id", run.request_id);
  document.set("attempts", std::int64_t{run.attempt_count});
  return document;
}

std::vector<std::string> words_about(const ImageReport& report) {
  const host::RunReport& run = report.run;
  std::vector<std::string> lines;
  for (const host::SavedImage& image : report.images) {
    lines.push_back("Image generated successfully: " + image.path.string());
    lines.push_back("  " + format_name(image) + ", " + std::to_string(image.width) + "x" +
                    std::to_string(image.height) + " pixels, " + readable_bytes(image.size));
  }
  lines.push_back("  by " + run.candidate.provider.name + ", model " + run.candidate.model +
                  ", in " + readable_seconds(run.outcome.latency));
  const std::string usage = words_about(run.outcome.usage);
  if (!usage.empty()) lines.push_back("  " + usage);
  for (const auto& [name, value] : run.outcome.meta) {
    if (name == "mapping") lines.push_back("  " + printable(value));
  }
  if (!report.text.empty()) {
    lines.push_back("  it says: " + shortened(printable(report.text), text_shown_max));
  }
  return lines;
}

}  // namespace patchbay::cli
