#include "host/vault/vault.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <set>

namespace patchbay::host {
namespace {

KeyStatement example() {
  return KeyStatement{"project",
                      "key",
                      "provider",
                      "dev.example.adapter",
                      "bearer",
                      "default",
                      "user",
                      "https://a.example/v1",
                      {"https://a.example", "https://b.example"},
                      false,
                      1,
                      "00ff",
                      1};
}

TEST(KeyStatementTest, EveryFieldCounts) {
  const std::vector<std::function<void(KeyStatement&)>> changes{
      [](KeyStatement& s) { s.project_id += "x"; },
      [](KeyStatement& s) { s.key_id += "x"; },
      [](KeyStatement& s) { s.provider_id += "x"; },
      [](KeyStatement& s) { s.adapter_id += "x"; },
      [](KeyStatement& s) { s.auth_type += "x"; },
      [](KeyStatement& s) { s.environment += "x"; },
      [](KeyStatement& s) { s.user.clear(); },
      [](KeyStatement& s) { s.endpoint += "/x"; },
      [](KeyStatement& s) { s.origins.pop_back(); },
      [](KeyStatement& s) { s.origins.emplace_back("https://c.example"); },
      [](KeyStatement& s) { s.origins[1] += ":8443"; },
      [](KeyStatement& s) { s.allow_private = true; },
      [](KeyStatement& s) { s.key_version = 2; },
      [](KeyStatement& s) { s.token_sha256 = "00fe"; },
      [](KeyStatement& s) { s.activation = 2; },
  };
  std::set<std::string> texts{example().text()};
  for (const auto& change : changes) {
    KeyStatement changed = example();
    change(changed);
    EXPECT_TRUE(texts.insert(changed.text()).second) << changed.text();
  }
}

TEST(KeyStatementTest, NoValueCanPassForAnother) {
  KeyStatement moved = example();
  moved.environment = "default\nuser 4:user";
  moved.user.clear();
  EXPECT_NE(moved.text(), example().text());
  KeyStatement joined = example();
  joined.origins = {"https://a.example\norigin 17:https://b.example"};
  EXPECT_NE(joined.text(), example().text());
}

TEST(PluginStatementTest, EveryFieldCountsAndKindsDiffer) {
  const PluginStatement statement{"project", "00ff", "{}"};
  EXPECT_NE(statement.text(), (PluginStatement{"project2", "00ff", "{}"}.text()));
  EXPECT_NE(statement.text(), (PluginStatement{"project", "00fe", "{}"}.text()));
  EXPECT_NE(statement.text(), (PluginStatement{"project", "00ff", "{} "}.text()));
  EXPECT_NE(statement.text().substr(0, 20), KeyStatement().text().substr(0, 20));
}

}  // namespace
}  // namespace patchbay::host
