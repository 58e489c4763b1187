// Picks values out of a JSON document by their paths while it arrives in pieces.
//
//   std::string model;
//   JsonReader reader;
//   reader.text("model", model).pieces("data[].b64_json", [&](std::string_view piece, bool last)
//   {…}); while (…) if (!reader.write(chunk)) …;   // then reader.finish()
//
// A path names keys, with "[]" for the elements of an array: "candidates[].content.parts[].text",
// "[].error.code", and "" for the document itself. Values of another type than asked for are passed
// over. A key that occurs twice is reported twice, so the last value wins.
#pragma once

#include <patchbay/json/parser.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::inline v1 {

class JsonReader {
 public:
  static constexpr std::size_t text_size_default = 1024;  // bytes that text() and each() keep

  using PieceFunction = std::function<void(std::string_view piece, bool last)>;
  using TextFunction = std::function<void(std::string_view text)>;
  using NumberFunction = std::function<void(JsonNumber number)>;
  using EdgeFunction = std::function<void()>;

  explicit JsonReader(std::size_t depth_limit = json_depth_default)
      : nodes_(1), parser_(*this, depth_limit) {}
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;
  ~JsonReader() = default;

  // ---- what to pick; before the first write()
  // -----------------------------------------------------

  // A string in pieces, as they come; see JsonParser for what a piece is.
  JsonReader& pieces(std::string_view path, PieceFunction take) {
    return on(path, String, [take = std::move(take)](const Event& e) { take(e.text, e.last); });
  }
  // A short string. What exceeds the limit is cut off between characters.
  JsonReader& text(std::string_view path, std::string& out, std::size_t limit = text_size_default) {
    return on(path, String, [&out, collect = Collect(limit)](const Event& e) mutable {
      collect(out, e);
    });
  }
  // Each short string at the path, as `text` would keep it.
  JsonReader& each(std::string_view path,
                   TextFunction take,
                   std::size_t limit = text_size_default) {
    return on(path,
              String,
              [take = std::move(take), collect = Collect(limit), kept = std::string()](
                  const Event& e) mutable {
                collect(kept, e);
                if (e.last) take(kept);
              });
  }
  JsonReader& number(std::string_view path, NumberFunction take) {
    return on(path, Number, [take = std::move(take)](const Event& e) { take(JsonNumber(e.text)); });
  }
  // A number that counts something, exact up to 2^64 - 1. One that is none becomes 0.
  JsonReader& count(std::string_view path, std::uint64_t& out) {
    return on(path, Number, [&out](const Event& e) { out = to_count(JsonNumber(e.text)); });
  }
  JsonReader& flag(std::string_view path, bool& out) {
    return on(path, Boolean, [&out](const Event& e) { out = e.text == "true"; });
  }
  // Sets `out` where any value stands there, null included.
  JsonReader& seen(std::string_view path, bool& out) {
    return on(path, any_value, [&out](const Event& e) { out = out || e.first; });
  }
  // The beginning or the end of an object or array.
  JsonReader& enter(std::string_view path, EdgeFunction call) {
    return on(path, Enter, [call = std::move(call)](const Event&) { call(); });
  }
  JsonReader& leave(std::string_view path, EdgeFunction call) {
    return on(path, Leave, [call = std::move(call)](const Event&) { call(); });
  }

  // ---- the document
  // ---------------------------------------------------------------------------------

  // As in JsonParser. A finished reader is ready for another document after reset().
  [[nodiscard]] bool write(std::string_view piece) { return parser_.write(piece); }
  [[nodiscard]] bool finish() { return parser_.finish(); }
  void reset() noexcept {
    parser_.reset();
    depth_ = 0;
    key_node_ = root_node;
    first_ = true;
  }
  [[nodiscard]] JsonError error() const noexcept { return parser_.error(); }
  [[nodiscard]] std::uint64_t offset() const noexcept { return parser_.offset(); }

 private:
  friend class JsonParser<JsonReader>;
  using NodeIndex = std::uint16_t;
  static constexpr NodeIndex root_node = 0;
  static constexpr NodeIndex no_node = 0xFFFF;

  enum Kind : std::uint8_t {
    String = 1,
    Number = 2,
    Boolean = 4,
    Null = 8,
    Enter = 16,
    Leave = 32
  };
  static constexpr unsigned any_value = String | Number | Boolean | Null | Enter;

  struct Event {
    std::string_view text;
    bool first;  // nothing of this value came before
    bool last;
  };
  // Puts the pieces of a string together, up to a limit.
  class Collect {
   public:
    explicit Collect(std::size_t limit) noexcept : limit_(limit) {}
    void operator()(std::string& out, const Event& event) {
      if (event.first) out.clear();
      if (event.first) is_full_ = false;
      if (is_full_) return;
      const std::size_t room = limit_ - std::min(limit_, out.size());
      out.append(event.text.substr(0, room));
      is_full_ = event.text.size() > room;
      if (is_full_) drop_partial_utf8(out);
    }

   private:
    std::size_t limit_;
    bool is_full_ = false;
  };
  struct Action {
    unsigned kinds;
    std::function<void(const Event&)> take;
  };
  struct Node {
    std::string name;  // "[]" for the elements of an array
    NodeIndex first_child = no_node;
    NodeIndex next_sibling = no_node;
    std::vector<Action> actions;
  };
  struct Level {
    NodeIndex node;
    NodeIndex elements;  // for an array: the node of what is in it
    bool is_object;
  };

  template <class Take>
  JsonReader& on(std::string_view path, unsigned kinds, Take take) {
    nodes_[grow(path)].actions.push_back({kinds, std::move(take)});
    return *this;
  }
  NodeIndex grow(std::string_view path) {
    NodeIndex node = root_node;
    while (!path.empty()) {
      if (path.front() == '.') path.remove_prefix(1);
      const bool element = path.substr(0, 2) == "[]";
      const std::size_t end = element ? 2 : std::min(path.find_first_of(".["), path.size());
      node = grow(node, path.substr(0, end));
      path.remove_prefix(end);
    }
    return node;
  }
  NodeIndex grow(NodeIndex parent, std::string_view name) {
    if (const NodeIndex known = child(parent, name); known != no_node) return known;
    const auto added = static_cast<NodeIndex>(nodes_.size());
    nodes_.emplace_back().name = name;
    nodes_[added].next_sibling = std::exchange(nodes_[parent].first_child, added);
    return added;
  }
  [[nodiscard]] NodeIndex child(NodeIndex parent, std::string_view name) const noexcept {
    NodeIndex node = parent == no_node ? no_node : nodes_[parent].first_child;
    while (node != no_node && nodes_[node].name != name) node = nodes_[node].next_sibling;
    return node;
  }
  // Where the value that comes next, or has just begun, stands.
  [[nodiscard]] NodeIndex value_node() const noexcept {
    if (depth_ == 0) return root_node;
    const Level& level = levels_[depth_ - 1];
    return level.is_object ? key_node_ : level.elements;
  }

  static std::uint64_t to_count(JsonNumber number) {
    if (const auto exact = number.as_unsigned()) return *exact;
    const double value = number.as_double();
    constexpr double beyond = 18446744073709551616.0;  // 2^64
    return value > 0 && value < beyond ? static_cast<std::uint64_t>(value) : 0;
  }

  void tell(NodeIndex node, unsigned kind, std::string_view text, bool last) {
    const Event event{text, std::exchange(first_, last), last};
    if (node == no_node) return;
    for (Action& action : nodes_[node].actions)
      if ((action.kinds & kind) != 0) action.take(event);
  }
  void open(bool object) {
    const NodeIndex node = value_node();
    levels_[depth_++] = {node, object ? no_node : child(node, "[]"), object};
    tell(node, Enter, {}, true);
  }
  void close() { tell(levels_[--depth_].node, Leave, {}, true); }

  void on_object() { open(true); }
  void on_array() { open(false); }
  void on_object_end() { close(); }
  void on_array_end() { close(); }
  void on_key(std::string_view key) noexcept { key_node_ = child(levels_[depth_ - 1].node, key); }
  void on_string(std::string_view text, bool last) { tell(value_node(), String, text, last); }
  void on_number(JsonNumber number) { tell(value_node(), Number, number.text(), true); }
  void on_boolean(bool truth) { tell(value_node(), Boolean, truth ? "true" : "false", true); }
  void on_null() { tell(value_node(), Null, {}, true); }

  std::vector<Node> nodes_;
  std::array<Level, json_depth_max> levels_{};
  std::size_t depth_ = 0;
  NodeIndex key_node_ = root_node;
  bool first_ = true;
  JsonParser<JsonReader> parser_;
};

}  // namespace patchbay::inline v1
