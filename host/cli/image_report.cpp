#include "core/base/text.hpp"
#include "host/cli/error_view.hpp"
#include "host/cli/image_output.hpp"
#include "host/cli/losses_view.hpp"
#include "host/cli/progress.hpp"
#include "host/jobs/sidecar.hpp"
#include "host/jobs/usage_sum.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr std::size_t text_shown_max = 500;  // bytes of the provider's words

std::string_view format_name(media::ImageFormat format) {
  switch (format) {
    case media::ImageFormat::Png: return "PNG";
    case media::ImageFormat::Jpeg: return "JPEG";
    case media::ImageFormat::Webp: return "WebP";
    case media::ImageFormat::Gif: return "GIF";
  }
  return "image";
}

host::Usage usage_of_all(const host::ImageJobReport& report) {
  host::Usage sum;
  for (const host::MadeRun& run : report.runs) {
    host::add_usage(sum, run.report.outcome.usage);
  }
  return sum;
}

json::Value document_of(const host::MadeImage& made) {
  json::Value document = host::document_of(made.image);
  if (!made.sidecar.empty()) document.set("sidecar", made.sidecar.string());
  return document;
}

// What is known of one request; of a job of one image the document itself says it.
void describe_run(const host::MadeRun& made, json::Value& document) {
  const host::RunReport& run = made.report;
  json::Value meta{json::Object{}};
  for (const auto& [name, value] : run.outcome.meta) {
    if (meta.find(name) == nullptr) meta.set(name, value);
  }
  document.set("provider", run.candidate.provider.name);
  document.set("model", run.candidate.model);
  document.set("duration_ms", std::int64_t{run.outcome.latency.count()});
  document.set("usage", host::document_of(run.outcome.usage));
  document.set("meta", std::move(meta));
  if (!made.text.empty()) document.set("text", made.text);
  document.set("attempt_id", run.attempt_id);
  document.set("request_id", run.request_id);
  document.set("attempts", std::int64_t{run.attempt_count});
}

json::Value failures_of(const host::ImageJobReport& report) {
  json::Value failures{json::Array{}};
  for (const host::JobFailure& failure : report.failures) {
    json::Value document = cli::document_of(failure.error);
    document.set("images", static_cast<std::int64_t>(failure.count));
    failures.append(std::move(document));
  }
  return failures;
}

void describe_image(const host::MadeImage& made, std::vector<std::string>& lines) {
  const host::SavedImage& image = made.image;
  lines.push_back("Image generated successfully: " + image.path.string());
  std::string words = "  " + std::string(format_name(image.format)) + ", " +
                      std::to_string(image.width) + "x" + std::to_string(image.height) +
                      " pixels, " + readable_bytes(image.size);
  if (image.converted_from) {
    words += ", converted from " + std::string(format_name(*image.converted_from));
  }
  lines.push_back(std::move(words));
}

// Several requests say most things alike: each once.
void add_once(std::string line, std::vector<std::string>& lines) {
  if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
}

void describe_run(const host::MadeRun& made, std::vector<std::string>& lines) {
  const host::RunReport& run = made.report;
  for (const auto& [name, value] : run.outcome.meta) {
    if (name == "mapping") add_once("  " + printable(value), lines);
  }
  if (!made.text.empty()) {
    add_once("  it says: " + shortened(printable(made.text), text_shown_max), lines);
  }
}

}  // namespace

std::string words_about(const host::Usage& usage) {
  std::string words;
  const auto add = [&words](const std::string& more) {
    words += (words.empty() ? "" : ", ") + more;
  };
  if (usage.input_tokens) add(std::to_string(*usage.input_tokens) + " tokens in");
  if (usage.output_tokens) add(std::to_string(*usage.output_tokens) + " tokens out");
  if (usage.total_tokens && words.empty()) add(std::to_string(*usage.total_tokens) + " tokens");
  if (usage.cost_nano_usd) {
    const bool is_told = usage.cost_source == host::cost_told_by_provider;
    add((is_told ? "" : "about ") + readable_cost(*usage.cost_nano_usd) +
        (is_told ? "" : " (" + usage.cost_source + ")"));
  }
  return words;
}

json::Value document_of(const host::ImageJobReport& report) {
  json::Value images{json::Array{}};
  for (const host::MadeImage& made : report.images) {
    json::Value image = document_of(made);
    if (report.asked > 1) image.set("request", static_cast<std::int64_t>(made.run));
    images.append(std::move(image));
  }
  json::Value document;
  document.set("images", std::move(images));
  if (report.asked == 1 && report.runs.size() == 1) {
    describe_run(report.runs.front(), document);
    return document;
  }
  document.set("asked", static_cast<std::int64_t>(report.asked));
  document.set("failures", failures_of(report));
  document.set("not_tried", static_cast<std::int64_t>(report.not_tried));
  if (!report.losses.empty()) document.set("lost", document_of(report.losses));
  json::Value requests{json::Array{}};
  for (const host::MadeRun& run : report.runs) {
    json::Value request;
    describe_run(run, request);
    requests.append(std::move(request));
  }
  document.set("requests", std::move(requests));
  document.set("usage", host::document_of(usage_of_all(report)));
  document.set("duration_ms", std::int64_t{report.duration.count()});
  return document;
}

std::vector<std::string> words_about(const host::ImageJobReport& report) {
  std::vector<std::string> lines;
  for (const host::MadeImage& made : report.images) describe_image(made, lines);
  if (report.runs.empty()) return lines;
  const host::RunReport& run = report.runs.front().report;
  const bool is_one = report.runs.size() == 1;
  lines.push_back("  by " + run.candidate.provider.name + ", model " + run.candidate.model +
                  ", in " + readable_seconds(is_one ? run.outcome.latency : report.duration));
  const std::string usage = words_about(usage_of_all(report));
  if (!usage.empty()) lines.push_back("  " + usage);
  for (const host::MadeRun& made : report.runs) describe_run(made, lines);
  return lines;
}

}  // namespace patchbay::cli
