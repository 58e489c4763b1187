#include "host/emulator/fault.hpp"

#include "core/base/text.hpp"
#include "host/emulator/emulator.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace patchbay::emulator {
namespace {

struct FaultRow {
  Fault fault;
  FaultScope scope;
  FaultDrawing drawing;
  std::string_view word;
  std::string_view meaning;
};

constexpr std::array rows = {
#define PATCHBAY_FAULT(name, word, scope, drawing, meaning) \
  FaultRow{Fault::name, FaultScope::scope, FaultDrawing::drawing, word, meaning},
#include "host/emulator/faults.def"
#undef PATCHBAY_FAULT
};

constexpr std::string_view trigger = "emulate:";
constexpr std::size_t word_size_max = 64;

const FaultRow* find_row(std::string_view word) {
  const auto* row = std::find_if(
      rows.begin(), rows.end(), [&](const FaultRow& candidate) { return candidate.word == word; });
  return row == rows.end() ? nullptr : row;
}

std::vector<Fault> drawn_faults() {
  std::vector<Fault> list;
  for (const FaultRow& row : rows)
    if (row.drawing == FaultDrawing::Drawn) list.push_back(row.fault);
  return list;
}

const FaultRow& row_of(Fault fault) {
  return rows[static_cast<std::size_t>(fault)];
}

bool takes_time(Fault fault) {
  return fault == Fault::Rate || fault == Fault::RateReset || fault == Fault::Silent ||
         fault == Fault::Slow || fault == Fault::MidStreamError;
}

Error bad_rule(std::string message, std::string hint = {}) {
  return {.code = ErrorCode::BadInput,
          .message = std::move(message),
          .hint = std::move(hint),
          .provider = {}};
}

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  const std::string digits(text);
  const char* const end = digits.data() + digits.size();
  Number number{};
  const auto [stopped_at, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stopped_at != end) return std::nullopt;
  return number;
}

// One of the arguments after the name: "x3", "0.1" or "500".
Status take_argument(std::string_view text, std::string_view argument, FaultRule& rule) {
  if (argument.starts_with('x')) {
    rule.requests_left = number_in<std::uint64_t>(argument.substr(1));
    if (rule.requests_left) return {};
    return bad_rule("fault '" + std::string(text) + "': 'x' needs a count after it");
  }
  if (takes_time(rule.fault) && argument.find('.') == std::string_view::npos) {
    if (const auto time = number_in<std::uint32_t>(argument)) {
      rule.time = std::chrono::milliseconds(*time);
      return {};
    }
  }
  const auto probability = number_in<double>(argument);
  const bool is_probability = probability && *probability >= 0.0 && *probability <= 1.0;
  if (!is_probability)
    return bad_rule("fault '" + std::string(text) + "': '" + std::string(argument) +
                    "' is neither a probability from 0.0 to 1.0 nor a count like x3");
  rule.probability = *probability;
  return {};
}

// Takes "PROVIDER/" or "PROVIDER/KEY/" off the rule.
RequestSource take_source(std::string_view& text) {
  RequestSource source;
  for (std::string* part : {&source.provider, &source.key}) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) break;
    *part = text.substr(0, slash);
    text.remove_prefix(slash + 1);
  }
  return source;
}

bool concerns(const RequestSource& rule, const RequestSource& source) {
  return (rule.provider.empty() || rule.provider == source.provider) &&
         (rule.key.empty() || rule.key == source.key);
}

bool is_word_character(char character) {
  return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
         character == '_';
}

// The end of the word that begins at `from`.
std::size_t word_end(std::string_view text, std::size_t from) {
  const std::size_t limit = std::min(text.size(), from + word_size_max);
  while (from < limit && is_word_character(text[from])) ++from;
  return from;
}

// "NAME" or "NAME:MS", as a request asks for it.
void add_asked(std::string_view asked, FaultSet& faults) {
  const std::size_t colon = asked.find(':');
  const FaultRow* row = find_row(asked.substr(0, colon));
  if (row == nullptr) {
    faults.add_unknown(printable(asked.substr(0, colon)));
    return;
  }
  std::optional<std::chrono::milliseconds> time;
  if (colon != std::string_view::npos)
    if (const auto number = number_in<std::uint32_t>(asked.substr(colon + 1)))
      time = std::chrono::milliseconds(*number);
  faults.add(row->fault, time);
}

void add_from_header(std::string_view header, FaultSet& faults) {
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    add_asked(trimmed(header.substr(0, comma)), faults);
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
  }
}

// Base64 holds no ':', so images in the body cannot trigger anything.
void add_from_body(std::string_view body, FaultSet& faults) {
  std::size_t at = body.find(trigger);
  while (at != std::string_view::npos) {
    const std::size_t begin = at + trigger.size();
    std::size_t end = word_end(body, begin);
    const FaultRow* row = find_row(body.substr(begin, end - begin));
    const bool has_time = row != nullptr && takes_time(row->fault) && end + 1 < body.size() &&
                          body[end] == ':' && is_word_character(body[end + 1]);
    if (has_time) end = word_end(body, end + 1);
    if (end > begin) add_asked(body.substr(begin, end - begin), faults);
    at = body.find(trigger, end);
  }
}

}  // namespace

std::vector<FaultDescription> fault_list() {
  std::vector<FaultDescription> list;
  list.reserve(rows.size());
  for (const FaultRow& row : rows)
    list.push_back(
        {.name = row.word, .meaning = row.meaning, .is_drawn = row.drawing == FaultDrawing::Drawn});
  return list;
}

void FaultSet::add(Fault fault, std::optional<std::chrono::milliseconds> time) {
  times_.insert_or_assign(fault, time);
}

bool FaultSet::has_any(std::initializer_list<Fault> faults) const {
  return std::any_of(faults.begin(), faults.end(), [&](Fault fault) { return has(fault); });
}

std::chrono::milliseconds FaultSet::time(Fault fault, std::chrono::milliseconds otherwise) const {
  const auto found = times_.find(fault);
  return found == times_.end() ? otherwise : found->second.value_or(otherwise);
}

std::string FaultSet::words() const {
  std::vector<std::string> words;
  words.reserve(times_.size());
  for (const auto& [fault, time] : times_) words.emplace_back(row_of(fault).word);
  return joined(words, ", ");
}

Result<FaultRule> parse_fault_rule(std::string_view text) {
  const RequestSource befalls = take_source(text);
  std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const FaultRow* row = find_row(name);
  if (row == nullptr) {
    std::vector<std::string_view> words;
    words.reserve(rows.size());
    for (const FaultRow& known : rows) words.push_back(known.word);
    const std::string_view near = nearest(name, words);
    return bad_rule("the emulator has no fault named '" + printable(name) + "'",
                    near.empty() ? "see `patchbay emulate --list-faults`"
                                 : "did you mean " + std::string(near) + "?");
  }
  FaultRule rule{
      .fault = row->fault, .time = {}, .probability = 1.0, .requests_left = {}, .befalls = befalls};
  while (colon != std::string_view::npos) {
    const std::size_t begin = colon + 1;
    colon = text.find(':', begin);
    PATCHBAY_TRY(take_argument(text, text.substr(begin, colon - begin), rule));
  }
  return rule;
}

Result<FaultPlan> FaultPlan::create(std::span<const std::string> rules,
                                    std::uint64_t seed,
                                    double rate) {
  const bool is_percentage = rate >= 0.0 && rate <= 100.0;
  if (!is_percentage) return bad_rule("a rate of faults is a percentage from 0 to 100");
  std::vector<FaultRule> parsed;
  for (const std::string& rule : rules) parsed.push_back(PATCHBAY_TRY(parse_fault_rule(rule)));
  return FaultPlan(std::move(parsed), seed, rate / 100.0);
}

FaultPlan::FaultPlan(std::vector<FaultRule> rules, std::uint64_t seed, double rate)
    : rules_(std::move(rules)), rate_(rate), random_(seed) {}

std::vector<std::string> FaultPlan::providers() const {
  std::vector<std::string> names;
  for (const FaultRule& rule : rules_)
    if (!rule.befalls.provider.empty()) names.push_back(rule.befalls.provider);
  return names;
}

bool FaultPlan::happens(double probability) {
  constexpr std::uint64_t parts = 1'000'000;
  return static_cast<double>(random_.below(parts)) < probability * static_cast<double>(parts);
}

FaultSet FaultPlan::draw(const net::ServerRequest& request,
                         FaultScope kind,
                         const RequestSource& source) {
  FaultSet faults;
  for (FaultRule& rule : rules_) {
    if (row_of(rule.fault).scope == FaultScope::Generation && kind != FaultScope::Generation)
      continue;
    if (!concerns(rule.befalls, source)) continue;
    if (rule.requests_left == std::uint64_t{0}) continue;
    if (rule.requests_left) --*rule.requests_left;
    if (happens(rule.probability)) faults.add(rule.fault, rule.time);
  }
  if (rate_ > 0.0 && kind == FaultScope::Generation && happens(rate_)) {
    const std::vector<Fault> drawn = drawn_faults();
    faults.add(drawn[random_.below(drawn.size())], std::nullopt);
  }
  add_from_header(request.header("x-emulate-fault"), faults);
  add_from_body(request.body, faults);
  return faults;
}

}  // namespace patchbay::emulator
