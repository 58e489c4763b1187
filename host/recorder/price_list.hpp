// What models cost where the provider does not say: a dated list, which is data.
#pragma once

#include "host/outcome.hpp"
#include "host/request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

// Of one model, in 1e-9 US dollars.
struct Price {
  std::string adapter;  // id
  std::string model;
  std::uint64_t input_token = 0;
  std::uint64_t output_token = 0;
  std::uint64_t image_output_token = 0;
  std::uint64_t image = 0;  // where the tokens are not known
  std::string as_of;        // date of the list: "2026-11-23"
};

// What an attempt was for, and what it used.
struct PricedUse {
  std::string_view adapter;
  std::string_view model;
  Operation operation = Operation::Image;
  Usage usage;
  std::optional<std::uint64_t> image_tokens;  // of the output; empty: the provider does not tell
};

struct Cost {
  std::uint64_t nano_usd = 0;
  std::string source;  // "prices of 2026-11-23"
};

// {"as_of": "2026-11-23", "prices": [{"adapter", "model", "input", "output", "image_output",
// "image"}]}: US dollars per million tokens, and per image.
class PriceList {
 public:
  static constexpr std::size_t size_max = std::size_t{1} << 20U;  // bytes

  // Errors: BadInput, naming the entry.
  [[nodiscard]] static Result<PriceList> parse(std::string_view json);
  // data/prices.json as it was when this program was built.
  [[nodiscard]] static Result<PriceList> embedded();
  // These prices are asked first.
  void put_before(PriceList first);

  [[nodiscard]] const Price* find(std::string_view adapter, std::string_view model) const;
  // Empty where the model has no price, or nothing is known of what was used. Where the tokens of
  // images are not told apart, an image's whole output counts as such: rather too much than too
  // little.
  [[nodiscard]] std::optional<Cost> cost_of(const PricedUse& use) const;

 private:
  std::vector<Price> prices_;
};

}  // namespace patchbay::host
