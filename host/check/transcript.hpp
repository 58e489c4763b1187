// What a session did, independent of how its input was cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::check {

struct SentRequest {
  std::uint32_t origin = 0;
  std::uint32_t flags = 0;
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // blobs resolved, as a host would send them
};

struct SeenPart {
  std::uint32_t kind = 0;
  std::uint32_t encoding = 0;
  std::uint32_t disposition = 0;
  std::uint32_t belongs_to = 0;
  std::string mime;
  std::string data;  // as it came, in base64 where `encoding` says so
  bool whole = false;
};

struct SeenModel {
  std::uint32_t flags = 0;
  std::string id;
  std::string display_name;
};

struct SeenFailure {
  std::uint32_t category = 0;
  std::uint32_t billed = 0;
  std::uint32_t http_status = 0;
  std::uint32_t understood = 0;
  std::uint64_t retry_after_ms = 0;
  std::string provider_code;
  std::string message;
};

enum class Ending { None, Done, Failed, Broken };

struct SeenUsage {
  std::uint32_t known = 0;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
  std::uint64_t total_tokens = 0;
  std::uint64_t cost_nano_usd = 0;
};

// What a session did against the contract of the ABI, by what it broke.
enum class Rule : std::uint8_t {
  Action,    // an action that a host cannot take, or that says what cannot be
  Rest,      // IDLE for something that never comes, or no rest at all
  Turn,      // takes an input out of turn
  AfterEnd,  // does not stay ended
};
struct Violation {
  Rule rule;
  std::string what;  // begins with "it"
};

struct Transcript {
  std::vector<SentRequest> requests;
  std::map<std::uint32_t, SeenPart> parts;
  std::vector<SeenModel> models;
  std::vector<std::pair<std::string, std::string>> meta;
  SeenUsage usage;
  Ending ending = Ending::None;
  SeenFailure failure;
  std::vector<Violation> violations;
  std::uint64_t actions_in_a_row = 0;  // the longest run between two inputs
  std::string log;                     // what it told the person who runs the host
  std::size_t replies_taken = 0;       // of those that were there for it

  // One line per fact, long data as its size and a hash: what goldens hold and runs are compared
  // by.
  [[nodiscard]] std::vector<std::string> lines() const;
  [[nodiscard]] std::string text() const;
  // The lines of its parts and models alone.
  [[nodiscard]] std::string answer() const;
  // The same as one JSON object, with all data.
  [[nodiscard]] std::string json() const;
};

[[nodiscard]] const char* category_name(std::uint32_t category);  // "auth_invalid", …

}  // namespace patchbay::check
