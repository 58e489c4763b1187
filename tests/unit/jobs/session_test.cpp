#include "host/jobs/session.hpp"

#include "core/crypto/hash.hpp"
#include "core/media/encode.hpp"
#include "host/jobs/session_turn.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using testing::TempDir;

// Passes everything over, as the place does that the session is put around.
class NoSink final : public Sink {
 public:
  Status begin(const PartStart&) override { return {}; }
  Status write(std::uint32_t, std::span<const std::uint8_t>) override { return {}; }
  Status end(const PartEnd&) override { return {}; }
  Status model(const ListedModel&) override { return {}; }
};

struct Piece {
  PartKind kind;
  std::string bytes;
  Disposition disposition = Disposition::Final;
  std::optional<std::uint32_t> belongs_to = {};
};

std::string picture(std::uint64_t seed) {
  return media::make_picture({.width = 20, .height = 10, .seed = seed}).value();
}

Request asking(std::string prompt) {
  Request request;
  request.messages.push_back({Role::User, {{PartKind::Text, std::move(prompt), 0}}});
  return request;
}

class SessionTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Session>> open(std::string_view name = "fruit") {
    return Session::open(directory_ / "sessions", name);
  }

  // One whole turn; parts get the indices 0, 1, ….
  Status say(Session& session, std::string prompt, const std::vector<Piece>& answer) {
    Request request = asking(std::move(prompt));
    PATCHBAY_TRY(session.continue_with(request));
    SessionTurn turn(session);
    Sink* sink = turn.wrap(inner_);
    for (std::uint32_t index = 0; index < answer.size(); ++index) {
      const Piece& piece = answer[index];
      PATCHBAY_TRY(sink->begin({index, piece.kind, {}}));
      for (std::size_t at = 0; at < piece.bytes.size(); at += 1000)
        PATCHBAY_TRY(sink->write(index, crypto::bytes_of(piece.bytes.substr(at, 1000))));
      PATCHBAY_TRY(sink->end({index, piece.disposition, {}, piece.belongs_to}));
    }
    RunReport run;
    run.candidate.provider.name = "acme";
    run.candidate.model = "draw-1";
    run.candidate.adapter.plugin = &plugin_;
    return turn.commit(request, run, 1'800'000'000'000);
  }

  // What the next request would send, one line for each part.
  std::vector<std::string> heard(Session& session) {
    Request request = asking("next");
    const Status continued = session.continue_with(request);
    EXPECT_TRUE(continued.ok()) << continued.error().message;
    std::vector<std::string> lines;
    for (const Message& message : request.messages) {
      for (const MessagePart& part : message.parts) {
        std::string line = std::to_string(static_cast<int>(message.role)) + " ";
        if (part.kind == PartKind::Text) {
          line += "text " + part.text;
        } else {
          const Blob& blob = *request.blobs.at(part.blob_index);
          std::string bytes(static_cast<std::size_t>(blob.size()), '\0');
          auto* out = reinterpret_cast<std::uint8_t*>(bytes.data());
          EXPECT_EQ(blob.read_at(0, {out, bytes.size()}).value(), bytes.size());
          line += part.kind == PartKind::Image ? "image " + blob.mime + " " : "state ";
          line += bytes;
        }
        lines.push_back(std::move(line));
      }
    }
    return lines;
  }

  static FoundPlugin plugin_of(std::string_view id) {
    FoundPlugin plugin;
    plugin.manifest.adapters.emplace_back().id = id;
    return plugin;
  }

  TempDir directory_;
  NoSink inner_;
  FoundPlugin plugin_ = plugin_of("example.acme");
};

TEST_F(SessionTest, RefusesNamesThatLeadElsewhere) {
  for (const std::string_view name :
       {"", ".", "..", "../fruit", "a/b", ".hidden", "-x", "a b", "ä", "x\n"})
    EXPECT_EQ(open(name).error().code, ErrorCode::Usage) << name;
  EXPECT_EQ(open(std::string(65, 'x')).error().code, ErrorCode::Usage);
  EXPECT_TRUE(open(std::string(64, 'x')).ok());
  EXPECT_TRUE(open("Fruit_2.b-c").ok());
  EXPECT_FALSE(fs::exists(directory_ / "sessions" / "fruit"));
}

TEST_F(SessionTest, GivesBackWhatWasSaidWithEachStateAfterWhatItBelongsTo) {
  const std::string drawn = picture(1);
  const std::string state(300'000, 's');
  {
    auto session = open();
    ASSERT_TRUE(session.ok()) << session.error().message;
    ASSERT_TRUE(say(*session.value(),
                    "draw",
                    {{PartKind::Text, "thinking", Disposition::Thought},
                     {PartKind::State, "of a thought", Disposition::Final, 0},
                     {PartKind::Text, "Here "},
                     {PartKind::Text, "it is: "},
                     {PartKind::Image, picture(2), Disposition::Draft},
                     {PartKind::State, state, Disposition::Final, 6},
                     {PartKind::Image, drawn},
                     {PartKind::Text, "", Disposition::Final},
                     {PartKind::State, "last", Disposition::Final, 7},
                     {PartKind::State, "nobody's"}})
                    .ok());
    ASSERT_TRUE(say(*session.value(), "again", {{PartKind::Text, "No."}}).ok());
  }
  auto session = open();
  ASSERT_TRUE(session.ok()) << session.error().message;
  EXPECT_EQ(session.value()->record().turn_count(), 2U);
  const std::vector<std::string> wanted{"2 text draw",
                                        "3 text Here it is: ",
                                        "3 image image/png " + drawn,
                                        "3 state " + state,
                                        "3 text ",
                                        "3 state last",
                                        "3 state nobody's",
                                        "2 text again",
                                        "3 text No.",
                                        "2 text next"};
  EXPECT_EQ(heard(*session.value()), wanted);
}

TEST_F(SessionTest, FilesAreTheirOwnersAlone) {
  auto session = open();
  ASSERT_TRUE(say(*session.value(), "draw", {{PartKind::Image, picture(1)}}).ok());
  const auto mode = [](const fs::path& path) {
    struct stat info{};
    EXPECT_EQ(stat(path.c_str(), &info), 0);
    return info.st_mode & 0777U;
  };
  const fs::path folder = directory_ / "sessions" / "fruit";
  EXPECT_EQ(mode(folder), 0700U);
  EXPECT_EQ(mode(folder.parent_path()), 0700U);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    EXPECT_EQ(mode(entry.path()), 0600U) << entry.path();
}

TEST_F(SessionTest, WhatAKillLeftBehindIsRemovedAndTheRestStays) {
  {
    ASSERT_TRUE(say(*open().value(), "draw", {{PartKind::Image, picture(1)}}).ok());
  }
  directory_.write("sessions/fruit/2-1.image", "half a turn");
  directory_.write("sessions/fruit/.patchbay-x.part", "half a file");
  auto session = open();
  ASSERT_TRUE(session.ok());
  EXPECT_FALSE(fs::exists(directory_ / "sessions/fruit/2-1.image"));
  EXPECT_FALSE(fs::exists(directory_ / "sessions/fruit/.patchbay-x.part"));
  EXPECT_EQ(heard(*session.value()).size(), 3U);
}

TEST_F(SessionTest, WhatWasNeverSaidLeavesNoTrace) {
  {
    auto session = open();
    ASSERT_TRUE(session.ok());
    SessionTurn turn(*session.value());
    Sink* sink = turn.wrap(inner_);
    ASSERT_TRUE(sink->begin({0, PartKind::Image, {}}).ok());
  }
  EXPECT_FALSE(fs::exists(directory_ / "sessions/fruit"));
}

TEST_F(SessionTest, IsHeldByOneAtATime) {
  const auto held = open();
  ASSERT_TRUE(held.ok());
  const auto other = open();
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("in use by another command"));
  EXPECT_FALSE(remove_session(directory_ / "sessions", "fruit").ok());
}

TEST_F(SessionTest, AnotherProviderOrAdapterIsRefused) {
  auto session = open();
  ASSERT_TRUE(say(*session.value(), "draw", {{PartKind::Text, "ok"}}).ok());
  Request request = asking("next");
  request.provider = "other";
  EXPECT_THAT(session.value()->continue_with(request).error().message,
              HasSubstr("is with provider 'acme'"));
  request = asking("next");
  ASSERT_TRUE(session.value()->continue_with(request).ok());
  EXPECT_EQ(request.provider, "acme");
  EXPECT_EQ(request.model, "draw-1") << "the operation's last model goes on";
  Candidate candidate;
  candidate.adapter.plugin = &plugin_;
  EXPECT_TRUE(session.value()->check({candidate}).ok());
  const FoundPlugin changed = plugin_of("example.other");
  candidate.adapter.plugin = &changed;
  EXPECT_THAT(session.value()->check({candidate}).error().message, HasSubstr("example.other"));
}

TEST_F(SessionTest, DamageIsToldAndKeepsNoOtherFromBeingListed) {
  {
    ASSERT_TRUE(say(*open("good").value(), "draw", {{PartKind::Image, picture(1)}}).ok());
  }
  {
    ASSERT_TRUE(say(*open("torn").value(), "draw", {{PartKind::Text, "ok"}}).ok());
  }
  directory_.write("sessions/torn/session.json", "{\"form\":1,");
  EXPECT_EQ(open("torn").error().code, ErrorCode::Store);
  const auto listed = list_sessions(directory_ / "sessions").value();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].turns, 1U);
  EXPECT_EQ(listed[0].last_at, "2027-01-15 08:00:00");
  EXPECT_THAT(listed[1].problem, HasSubstr("session.json"));

  directory_.write("sessions/good/1-1.image", picture(2));
  Request request = asking("next");
  const Status continued = open("good").value()->continue_with(request);
  ASSERT_FALSE(continued.ok());
  EXPECT_EQ(continued.error().code, ErrorCode::Store);
}

TEST_F(SessionTest, ARecordCannotNameAFileElsewhere) {
  for (const std::string_view name : {"../x", "/etc/passwd", ".x", ""}) {
    const std::string text = R"({"form":1,"messages":[{"role":"user","parts":[{"kind":"image",)"
                             R"("bytes":1,"file":")" +
                             std::string(name) + R"("}]}]})";
    EXPECT_FALSE(parse_session(text).ok()) << name;
  }
}

TEST_F(SessionTest, RemovingLeavesNothing) {
  const fs::path folder = directory_ / "sessions";
  {
    ASSERT_TRUE(say(*open().value(), "draw", {{PartKind::Image, picture(1)}}).ok());
  }
  directory_.write("sessions/.removed-old/rest", "of a removal that was killed");
  ASSERT_TRUE(remove_session(folder, "fruit").ok());
  EXPECT_TRUE(fs::is_empty(folder));
  EXPECT_EQ(remove_session(folder, "fruit").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace patchbay::host
