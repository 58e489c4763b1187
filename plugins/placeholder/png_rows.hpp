// A PNG file without compression, made row by row: 8 bits per sample, RGBA.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace placeholder {

struct Pixel {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  std::uint8_t alpha = 255;
};

// Each call returns the next bytes of the file: begin() once, row() for each from the top, end().
// Needs memory for one row only. https://www.w3.org/TR/png-3/
class PngRows {
 public:
  PngRows(std::uint32_t width, std::uint32_t height) : width_(width), height_(height) {}

  [[nodiscard]] std::string begin() const {
    std::string header;
    put_u32(header, width_);
    put_u32(header, height_);
    header += std::string_view("\x08\x06\x00\x00\x00", 5);  // 8 bits, RGBA, no interlace
    return std::string("\x89PNG\r\n\x1A\n", 8) + chunk("IHDR", header) +
           chunk("IDAT", std::string_view("\x78\x01", 2));  // zlib: deflate, no dictionary
  }

  [[nodiscard]] std::string row(std::span<const Pixel> pixels) {
    std::string raw(1, '\0');  // no filter
    raw.reserve(1 + pixels.size() * 4);
    for (const Pixel& pixel : pixels)
      for (const std::uint8_t sample : {pixel.red, pixel.green, pixel.blue, pixel.alpha})
        raw += static_cast<char>(sample);
    add_to_adler(raw);
    std::string blocks;
    for (std::string_view rest = raw; !rest.empty();) {
      const std::string_view block = rest.substr(0, stored_block_size_max);
      rest.remove_prefix(block.size());
      blocks += '\0';  // a stored block, not the last
      put_u16_little(blocks, static_cast<std::uint16_t>(block.size()));
      put_u16_little(blocks, static_cast<std::uint16_t>(~block.size()));
      blocks += block;
    }
    return chunk("IDAT", blocks);
  }

  [[nodiscard]] std::string end() const {
    std::string last("\x01\x00\x00\xFF\xFF", 5);  // the last block, empty
    put_u32(last, adler_high_ << 16U | adler_low_);
    return chunk("IDAT", last) + chunk("IEND", {});
  }

 private:
  static constexpr std::size_t stored_block_size_max = 65'535;
  static constexpr std::uint32_t adler_modulus = 65'521;

  static void put_u32(std::string& out, std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U})
      out += static_cast<char>(value >> shift & 0xFFU);
  }
  static void put_u16_little(std::string& out, std::uint16_t value) {
    out += static_cast<char>(value & 0xFFU);
    out += static_cast<char>(value >> 8U);
  }

  [[nodiscard]] static constexpr std::array<std::uint32_t, 256> crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit)
        value = (value & 1U) != 0 ? 0xEDB88320U ^ value >> 1U : value >> 1U;
      table[i] = value;
    }
    return table;
  }
  [[nodiscard]] static std::string chunk(std::string_view type, std::string_view contents) {
    static constexpr auto table = crc_table();
    std::string out;
    out.reserve(contents.size() + 12);
    put_u32(out, static_cast<std::uint32_t>(contents.size()));
    out += type;
    out += contents;
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : std::string_view(out).substr(4))
      crc = table[(crc ^ static_cast<std::uint8_t>(c)) & 0xFFU] ^ crc >> 8U;
    put_u32(out, ~crc);
    return out;
  }
  void add_to_adler(std::string_view bytes) {
    for (const char c : bytes) {
      adler_low_ = (adler_low_ + static_cast<std::uint8_t>(c)) % adler_modulus;
      adler_high_ = (adler_high_ + adler_low_) % adler_modulus;
    }
  }

  std::uint32_t width_;
  std::uint32_t height_;
  std::uint32_t adler_low_ = 1;
  std::uint32_t adler_high_ = 0;
};

}  // namespace placeholder
