// One turn of a conversation under way: what was asked, and the answer as it arrives, kept beside
// wherever else it goes.
#pragma once

#include "core/base/file.hpp"
#include "core/crypto/hash.hpp"
#include "host/engine/sink.hpp"
#include "host/jobs/session.hpp"
#include "host/runner.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace patchbay::host {

// A file of the conversation that has no name yet.
class SessionBlobFile {
 public:
  [[nodiscard]] static Result<SessionBlobFile> create(Session& session, PartKind kind);
  [[nodiscard]] Status write(std::span<const std::uint8_t> bytes);
  // Gives it its name.
  [[nodiscard]] Result<SessionBlob> commit();

 private:
  explicit SessionBlobFile(AtomicFile file) : file_(std::move(file)) {}
  AtomicFile file_;
  crypto::Sha256 digest_;
};

// Keeps each part while it passes it on. Text is held in memory, within the engine's limit; images
// and state go to files as they come.
class SessionSink final : public Sink {
 public:
  SessionSink(Session& session, Sink& inner) : session_(session), inner_(inner) {}

  [[nodiscard]] Status begin(const PartStart& part) override;
  [[nodiscard]] Status write(std::uint32_t index, std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] Status end(const PartEnd& part) override;
  [[nodiscard]] Status model(const ListedModel& model) override;
  [[nodiscard]] bool has_delivered() const override { return inner_.has_delivered(); }

  // The final parts in the order of the answer, each with the state that belongs to it right after
  // it; once. Their files have their names then.
  [[nodiscard]] Result<std::vector<SessionPart>> commit();

 private:
  struct KeptPart {
    PartKind kind = PartKind::Text;
    std::string text;
    std::unique_ptr<SessionBlobFile> file;  // of an image or a state
    bool is_final = false;
    std::optional<std::uint32_t> belongs_to;
  };

  [[nodiscard]] Status add(KeptPart& part, std::vector<SessionPart>& out);
  [[nodiscard]] Status add_states_of(std::uint32_t owner, std::vector<SessionPart>& out);
  [[nodiscard]] bool has_state(std::uint32_t owner) const;

  Session& session_;
  Sink& inner_;
  std::map<std::uint32_t, KeptPart> parts_;  // by index
};

class SessionTurn {
 public:
  explicit SessionTurn(Session& session) : session_(session) {}

  // Around the sink of one attempt; what an earlier attempt said is forgotten.
  [[nodiscard]] Sink* wrap(Sink& inner);
  // After success: the turn is part of the conversation when this returned.
  [[nodiscard]] Status commit(const Request& request, const RunReport& run, std::int64_t unix_ms);

 private:
  [[nodiscard]] Result<std::vector<SessionPart>> asked(const Request& request);

  Session& session_;
  std::unique_ptr<SessionSink> sink_;
};

}  // namespace patchbay::host
