#include "host/recorder/price_list.hpp"

#include "core/base/text.hpp"
#include "core/json/value.hpp"
#include "host/recorder/embedded_prices.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace patchbay::host {
namespace {

constexpr double usd_max = 1'000'000;
constexpr double nano = 1e9;
constexpr double million = 1e6;

Error wrong(const std::string& what) {
  return Error{ErrorCode::BadInput, "the price list " + what};
}

// A number of dollars from 0; absent: 0.
Result<double> dollars(const json::Value& entry, std::string_view field) {
  const json::Value* value = entry.find(field);
  if (value == nullptr) return 0.0;
  double usd = -1;
  if (value->integer() != nullptr) usd = static_cast<double>(*value->integer());
  if (value->real() != nullptr) usd = *value->real();
  if (usd >= 0 && usd <= usd_max) return usd;
  return wrong("has no proper number of dollars for '" + std::string(field) + "' of model '" +
               printable(shortened(entry.text("model"), 100)) + "'");
}

std::uint64_t nano_usd(double usd) {
  return static_cast<std::uint64_t>(std::llround(usd * nano));
}

Result<Price> price_of(const json::Value& entry, std::string_view as_of) {
  Price price;
  price.adapter = entry.text("adapter");
  price.model = entry.text("model");
  price.as_of = as_of;
  if (price.adapter.empty() || price.model.empty()) {
    return wrong("has an entry without 'adapter' or 'model'");
  }
  price.input_token = nano_usd(PATCHBAY_TRY(dollars(entry, "input")) / million);
  price.output_token = nano_usd(PATCHBAY_TRY(dollars(entry, "output")) / million);
  price.image_output_token = nano_usd(PATCHBAY_TRY(dollars(entry, "image_output")) / million);
  price.image = nano_usd(PATCHBAY_TRY(dollars(entry, "image")));
  return price;
}

}  // namespace

Result<PriceList> PriceList::parse(std::string_view text) {
  const auto document = json::parse(text);
  if (!document.ok()) return wrong("is no JSON: " + document.error().message);
  const std::string_view as_of = document.value().text("as_of");
  const json::Value* entries = document.value().find("prices");
  if (as_of.empty() || entries == nullptr || entries->array() == nullptr) {
    return wrong("needs 'as_of', a date, and 'prices', a list");
  }
  PriceList list;
  for (const json::Value& entry : *entries->array()) {
    list.prices_.push_back(PATCHBAY_TRY(price_of(entry, printable(shortened(as_of, 32)))));
  }
  return list;
}

Result<PriceList> PriceList::embedded() {
  return parse(embedded_prices());
}

void PriceList::put_before(PriceList first) {
  std::move(prices_.begin(), prices_.end(), std::back_inserter(first.prices_));
  prices_ = std::move(first.prices_);
}

const Price* PriceList::find(std::string_view adapter, std::string_view model) const {
  const auto found = std::ranges::find_if(prices_, [&](const Price& price) {
    return price.adapter == adapter && price.model == model;
  });
  return found == prices_.end() ? nullptr : &*found;
}

std::optional<Cost> PriceList::cost_of(const PricedUse& use) const {
  const Price* price = find(use.adapter, use.model);
  if (price == nullptr) return std::nullopt;
  static constexpr std::uint64_t count_max = std::uint64_t{1} << 32U;  // what cannot overflow below
  const auto counted = [](std::optional<std::uint64_t> count) {
    return std::min(count.value_or(0), count_max);
  };
  const std::uint64_t input = counted(use.usage.input_tokens);
  const std::uint64_t output = counted(use.usage.output_tokens);
  std::uint64_t cost = input * price->input_token;
  if (use.usage.output_tokens) {
    const std::uint64_t told = use.operation == Operation::Image ? output : 0;
    const std::uint64_t drawn = std::min(use.image_tokens.value_or(told), output);
    cost += drawn * price->image_output_token + (output - drawn) * price->output_token;
  } else if (use.usage.images) {
    cost += counted(use.usage.images) * price->image;
  } else if (!use.usage.input_tokens) {
    return std::nullopt;
  }
  return Cost{cost, "prices of " + price->as_of};
}

}  // namespace patchbay::host
