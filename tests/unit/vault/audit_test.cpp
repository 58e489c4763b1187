#include "host/vault/audit.hpp"

#include "core/store/transaction.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace patchbay::host {
namespace {

using testing::contents_of;
using ::testing::HasSubstr;
using testing::must;
using testing::number;
using testing::ReadyVaultHome;

struct AuditHome : ReadyVaultHome {
  Owner owner = must(Owner::open(files.owner_key_file, identity));
  std::filesystem::path file = directory / "audit.log";

  void act(std::string object, const Owner* signer = nullptr) {
    must(note_event(database,
                    {identity, "2026-11-25 12:00:00", signer},
                    {"key.add", std::move(object), "words"}));
  }
  void act_six_times() {
    for (int i = 1; i <= 6; ++i) act("key " + std::to_string(i), i % 2 == 0 ? &owner : nullptr);
  }
  AuditFinding verify() { return must(verify_audit(database, identity, file)); }
};

TEST(AuditTest, AWholeTrailHolds) {
  AuditHome home;
  EXPECT_EQ(home.verify().problem, "");
  home.act_six_times();
  must(note_audit(home.database, home.file));
  const AuditFinding finding = home.verify();
  EXPECT_EQ(finding.problem, "");
  EXPECT_EQ(finding.rows, 6);
  EXPECT_EQ(finding.signed_rows, 3);
  EXPECT_EQ(finding.noted_rows, 6);
  const auto rows = must(read_last_audit(home.database, 2));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.front().actor, "service");
  EXPECT_EQ(rows.back().actor, "owner");
  EXPECT_EQ(rows.back().object, "key 6");
}

TEST(AuditTest, AnyChangedColumnNamesItsRow) {
  for (const char* change : {"actor = 'x'",
                             "action = 'x'",
                             "object = 'x'",
                             "outcome = 'x'",
                             "detail = 'x'",
                             "at = 'x'",
                             "mac = zeroblob(32)",
                             "signature = zeroblob(64)"}) {
    AuditHome home;
    home.act_six_times();
    must(home.database.execute(std::string("UPDATE patchbay_audit SET ") + change +
                               " WHERE sequence = 4"));
    const AuditFinding finding = home.verify();
    EXPECT_EQ(finding.bad_row, 4) << change;
    EXPECT_THAT(finding.problem, HasSubstr("row 4 ")) << change;
  }
}

TEST(AuditTest, ARowTakenOutOfTheMiddleIsMissed) {
  AuditHome home;
  home.act_six_times();
  must(home.database.execute("DELETE FROM patchbay_audit WHERE sequence = 3"));
  EXPECT_THAT(home.verify().problem, HasSubstr("row 3 is missing"));
}

TEST(AuditTest, AChainMadeAnewBreaksASignature) {
  AuditHome home;
  home.act_six_times();
  // All rows again, without the first: each digest fits, as anybody can compute it.
  const auto rows = must(read_last_audit(home.database, 6));
  must(home.database.execute("DELETE FROM patchbay_audit"));
  for (std::size_t i = 1; i < rows.size(); ++i) home.act(rows[i].object);
  must(home.database.execute("CREATE TEMP TABLE kept (signature, signer)"));
  EXPECT_EQ(home.verify().problem, "");
  store::Statement put = must(store::Statement::prepare(
      home.database,
      "UPDATE patchbay_audit SET signature = ?1, signer = 'owner' WHERE sequence = 5"));
  must(put.bind(1, rows.back().signature).run());
  EXPECT_THAT(home.verify().problem, HasSubstr("row 5 has a signature that does not fit"));
}

TEST(AuditTest, TheFileShowsWhatWasCutOffOrMadeAnew) {
  AuditHome home;
  home.act_six_times();
  must(note_audit(home.database, home.file));
  const auto rows = must(read_last_audit(home.database, 6));
  must(home.database.execute("DELETE FROM patchbay_audit WHERE sequence > 4"));
  AuditFinding finding = home.verify();
  EXPECT_EQ(finding.bad_row, 5);
  EXPECT_THAT(finding.problem, HasSubstr("the audit file goes on until row 6"));
  // Nothing is appended over it, so that it stays seen.
  home.act("something else");
  must(note_audit(home.database, home.file));
  finding = home.verify();
  EXPECT_EQ(finding.bad_row, 5);
  EXPECT_THAT(finding.problem, HasSubstr("differs from what the audit file says"));
}

TEST(AuditTest, TheFileFollowsAndAnInterruptedLineIsMended) {
  AuditHome home;
  must(note_audit(home.database, home.file));
  EXPECT_FALSE(std::filesystem::exists(home.file));
  home.act_six_times();
  must(note_audit(home.database, home.file));
  const std::string whole = contents_of(home.file);
  must(note_audit(home.database, home.file));
  EXPECT_EQ(contents_of(home.file), whole);
  for (std::size_t cut = 1; cut < 200; cut += 7) {
    std::filesystem::resize_file(home.file, whole.size() - cut);
    must(note_audit(home.database, home.file));
    EXPECT_EQ(contents_of(home.file), whole) << cut;
  }
  std::ofstream(home.file, std::ios::app) << "nonsense\n";
  EXPECT_THAT(home.verify().problem, HasSubstr("line 7 of"));
}

TEST(AuditTest, AnEventIsThereExactlyWhenTheChangeIs) {
  AuditHome home;
  {
    const store::Transaction transaction = must(store::Transaction::begin(home.database));
    must(write_audit(home.database, {home.identity, "now"}, {"key.add", "k"}));
  }
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_audit"), 0);
  home.act("a\nb\x1b[31m");
  EXPECT_EQ(must(read_last_audit(home.database, 1)).front().object.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace patchbay::host
