#include "host/jobs/batch_journal.hpp"

#include "core/crypto/hash.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TempDir;

class BatchJournalTest : public ::testing::Test {
 protected:
  Result<BatchJournal> open(JournalStart start) {
    return BatchJournal::open(directory_ / "jobs.journal", start);
  }
  SavedImage image(std::string_view name, std::string_view contents) {
    SavedImage image;
    image.path = directory_ / name;
    image.size = contents.size();
    image.sha256 = crypto::to_hex(crypto::sha256(crypto::bytes_of(contents)));
    return image;
  }

  TempDir directory_;
};

TEST_F(BatchJournalTest, CountsWhatIsThereAsItWasWrittenDown) {
  {
    auto journal = open(JournalStart::Fresh);
    ASSERT_TRUE(journal.ok()) << journal.error().message;
    ASSERT_TRUE(journal.value().note("job", 1, image("a.png", "one")).ok());
    ASSERT_TRUE(journal.value().note("job", 3, image("b.png", "three")).ok());
    ASSERT_TRUE(journal.value().note("job", 4, image("c.png", "four")).ok());
    ASSERT_TRUE(journal.value().note("job", 5, image("d.png", "five")).ok());
  }
  directory_.write("a.png", "one");
  directory_.write("b.png", "thre!");
  directory_.write("c.png", "four and more");
  auto again = open(JournalStart::Continue);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_THAT(again.value().finished("job"), ElementsAre(1));
  EXPECT_THAT(again.value().finished("another"), IsEmpty());
}

TEST_F(BatchJournalTest, RefusesToBeginWhereAnotherRunMadeSomething) {
  {
    ASSERT_TRUE(open(JournalStart::Fresh).ok());
  }
  {
    auto nothing_made = open(JournalStart::Fresh);
    ASSERT_TRUE(nothing_made.ok());
    ASSERT_TRUE(nothing_made.value().note("job", 1, image("a.png", "one")).ok());
  }
  EXPECT_EQ(open(JournalStart::Fresh).error().code, ErrorCode::AlreadyExists);
  directory_.write("a.png", "one");
  EXPECT_THAT(open(JournalStart::Continue).value().finished("job"), ElementsAre(1));
  EXPECT_THAT(open(JournalStart::Anew).value().finished("job"), IsEmpty());
}

TEST_F(BatchJournalTest, ALineThatAKillCutOffIsForgotten) {
  {
    auto journal = open(JournalStart::Fresh);
    ASSERT_TRUE(journal.value().note("job", 1, image("a.png", "one")).ok());
  }
  directory_.write("a.png", "one");
  directory_.write("b.png", "two");
  std::ofstream(directory_ / "jobs.journal", std::ios::app) << R"({"job":"job","image":2,"fi)";
  {
    auto journal = open(JournalStart::Continue);
    ASSERT_TRUE(journal.ok()) << journal.error().message;
    EXPECT_THAT(journal.value().finished("job"), ElementsAre(1));
    ASSERT_TRUE(journal.value().note("job", 2, image("b.png", "two")).ok());
  }
  EXPECT_THAT(open(JournalStart::Continue).value().finished("job"), ElementsAre(1, 2));
}

TEST_F(BatchJournalTest, TouchesNoFileOfAnotherKind) {
  for (const std::string_view text : {"prompt,output\ncat,cat.png\n", "notes", "{}\n"}) {
    directory_.write("jobs.journal", text);
    EXPECT_EQ(open(JournalStart::Continue).error().code, ErrorCode::BadInput) << text;
    EXPECT_EQ(open(JournalStart::Fresh).error().code, ErrorCode::BadInput) << text;
    EXPECT_EQ(open(JournalStart::Anew).error().code, ErrorCode::BadInput) << text;
    EXPECT_EQ(read_file(directory_ / "jobs.journal", 1000).value(), text);
  }
}

TEST_F(BatchJournalTest, IsHeldByOneAtATime) {
  const auto held = open(JournalStart::Fresh);
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(open(JournalStart::Continue).error().code, ErrorCode::Output);
}

TEST_F(BatchJournalTest, LeavesNothingWhereNothingWasMade) {
  {
    ASSERT_TRUE(open(JournalStart::Fresh).ok());
  }
  EXPECT_FALSE(std::filesystem::exists(directory_ / "jobs.journal"));
}

TEST_F(BatchJournalTest, AddsUpWhatEarlierRunsLost) {
  {
    auto journal = open(JournalStart::Fresh);
    ASSERT_TRUE(journal.value().begin("one", 1).ok());
    ASSERT_TRUE(journal.value().over("one", 1, {1, 0}).ok());
    ASSERT_TRUE(journal.value().begin("two", 1).ok());
    ASSERT_TRUE(journal.value().over("two", 1, {0, 2}).ok());
    EXPECT_EQ(journal.value().losses_before(), (Losses{0, 0}));
  }
  EXPECT_EQ(open(JournalStart::Continue).value().losses_before(), (Losses{1, 2}));
  EXPECT_EQ(open(JournalStart::Fresh).value().losses_before(), (Losses{1, 2}));
  EXPECT_EQ(open(JournalStart::Anew).value().losses_before(), (Losses{0, 0}));
  EXPECT_EQ(open(JournalStart::Continue).value().losses_before(), (Losses{0, 0}));
}

TEST_F(BatchJournalTest, CountsWhatAKillCutOffAsPerhapsBilled) {
  {
    auto killed = open(JournalStart::Fresh);
    ASSERT_TRUE(killed.value().begin("gave an image", 1).ok());
    ASSERT_TRUE(killed.value().note("gave an image", 1, image("a.png", "one")).ok());
    ASSERT_TRUE(killed.value().begin("its image never appeared", 1).ok());
    ASSERT_TRUE(killed.value().note("its image never appeared", 1, image("b.png", "two")).ok());
    ASSERT_TRUE(killed.value().begin("cut off", 3).ok());
  }
  directory_.write("a.png", "one");
  {
    auto again = open(JournalStart::Continue);
    EXPECT_EQ(again.value().losses_before(), (Losses{0, 2}));
    ASSERT_TRUE(again.value().begin("cut off", 3).ok());
  }
  {
    auto again = open(JournalStart::Continue);
    EXPECT_EQ(again.value().losses_before(), (Losses{0, 3})) << "it was cut off twice";
    ASSERT_TRUE(again.value().begin("cut off", 3).ok());
    ASSERT_TRUE(again.value().over("cut off", 3, {}).ok());
  }
  EXPECT_EQ(open(JournalStart::Continue).value().losses_before(), (Losses{0, 3}));
}

}  // namespace
}  // namespace patchbay::host
