// What the picture shows: a plain ground, a frame, and centred lines of text.
#pragma once

#include "glyphs.hpp"
#include "png_rows.hpp"
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace placeholder {

struct Colours {
  Pixel ground;
  Pixel ink;
};

class Drawing {
 public:
  Drawing(std::uint32_t width, std::uint32_t height, Colours colours, std::string_view prompt)
      : width_(width), height_(height), colours_(colours), row_(width) {
    lay_out(std::to_string(width) + "x" + std::to_string(height), prompt);
  }

  [[nodiscard]] const std::vector<Pixel>& row(std::uint32_t y) {
    const bool framed = width_ > 8 && height_ > 8;
    const bool frame = framed && (y == 0 || y + 1 == height_);
    std::fill(row_.begin(), row_.end(), frame ? colours_.ink : colours_.ground);
    if (framed) row_.front() = row_.back() = colours_.ink;
    if (lines_.empty() || y < top_) return row_;
    const std::uint32_t line_height = (glyph_height + 2) * scale_;
    const std::uint32_t line = (y - top_) / line_height;
    const std::uint32_t glyph_row = (y - top_) % line_height / scale_;
    if (line < lines_.size() && glyph_row < glyph_height) draw(lines_[line], glyph_row);
    return row_;
  }

 private:
  static constexpr std::uint32_t advance = glyph_width + 1;
  static constexpr std::size_t lines_max = 12;

  // The size in pixels always, as large as it fits; below it what fits of the prompt.
  void lay_out(std::string_view size, std::string_view prompt) {
    const auto size_width = static_cast<std::uint32_t>(size.size()) * advance;
    scale_ = std::min({width_ * 3 / 4 / size_width, height_ / (4 * glyph_height), 16U});
    if (scale_ == 0) {
      if (width_ < size_width || height_ < glyph_height) return;  // too small for any text
      scale_ = 1;
    }
    const std::size_t columns = std::max<std::uint32_t>(1, width_ * 9 / 10 / (advance * scale_));
    const std::size_t rows =
        std::clamp<std::size_t>(height_ * 9 / 10 / ((glyph_height + 2) * scale_), 1, lines_max);
    lines_.emplace_back(size);
    for (std::size_t at = 0; at < prompt.size() && lines_.size() < rows;) {
      std::string_view line = prompt.substr(at, columns);
      const std::size_t space = line.rfind(' ');
      const bool cut_inside_word =
          at + line.size() < prompt.size() && space != std::string_view::npos;
      if (cut_inside_word && space > 0) line = line.substr(0, space);
      lines_.emplace_back(line);
      at += line.size();
      while (at < prompt.size() && prompt[at] == ' ') ++at;
    }
    const auto text_height =
        static_cast<std::uint32_t>(lines_.size()) * (glyph_height + 2) * scale_ - 2 * scale_;
    top_ = height_ > text_height ? (height_ - text_height) / 2 : 0;
  }

  void draw(std::string_view line, std::uint32_t glyph_row) {
    const std::uint32_t line_width = static_cast<std::uint32_t>(line.size()) * advance * scale_;
    std::uint32_t left = width_ > line_width ? (width_ - line_width) / 2 : 0;
    for (const char character : line) {
      const unsigned bits = glyph_of(character)[glyph_row];
      for (std::uint32_t x = 0; x < glyph_width * scale_ && left + x < width_; ++x)
        if ((bits >> (glyph_width - 1 - x / scale_) & 1U) != 0) row_[left + x] = colours_.ink;
      left += advance * scale_;
    }
  }

  std::uint32_t width_;
  std::uint32_t height_;
  Colours colours_;
  std::uint32_t scale_ = 0;
  std::uint32_t top_ = 0;
  std::vector<std::string> lines_;
  std::vector<Pixel> row_;
};

}  // namespace placeholder
