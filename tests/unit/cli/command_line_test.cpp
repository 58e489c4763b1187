#include "host/cli/command_line.hpp"

#include "host/cli/commands.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace patchbay::cli {
namespace {

// argv that can be written to, as main() gets it.
class Words {
 public:
  Words(std::initializer_list<const char*> words) : texts_(words.begin(), words.end()) {
    texts_.insert(texts_.begin(), "patchbay");
    for (std::string& text : texts_) pointers_.push_back(text.data());
  }
  [[nodiscard]] std::span<char*> argv() { return pointers_; }
  [[nodiscard]] const std::string& at(std::size_t index) const { return texts_[index]; }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

class EchoCommand final : public Command {
 public:
  CommandWords words() const override { return {{"key", "add"}, "Says things again", "  none"}; }
  std::vector<Option> options() override {
    return {{"TEXT", "", "A word", &text},
            {"--many", "WORD", "Words", &many},
            {"--flag", "", "A flag", &flag}};
  }
  Status run(Context&) override { return {}; }

  std::optional<std::string> text;
  std::vector<std::string> many;
  bool flag = false;
};

class CommandLineTest : public ::testing::Test {
 protected:
  CommandLineTest() { commands_.push_back(std::make_unique<EchoCommand>()); }

  Result<ParsedLine> parse(std::initializer_list<const char*> words) {
    Words line(words);
    return parse_command_line(line.argv(), commands_, global_);
  }
  std::string hint_of(std::initializer_list<const char*> words) {
    const auto line = parse(words);
    EXPECT_FALSE(line.ok());
    return line.ok() ? std::string() : line.error().hint;
  }
  EchoCommand& echo() { return dynamic_cast<EchoCommand&>(*commands_.front()); }

  CommandList commands_;
  GlobalArguments global_;
};

TEST_F(CommandLineTest, FillsTheOptionsOfTheCommandThatWasMeant) {
  const auto line = parse({"key", "add", "word", "--many", "a", "--many", "--b", "--flag"});
  ASSERT_TRUE(line.ok()) << line.error().message;
  EXPECT_EQ(line.value().command, commands_.front().get());
  EXPECT_EQ(echo().text, "word");
  EXPECT_EQ(echo().many, (std::vector<std::string>{"a", "--b"}));
  EXPECT_TRUE(echo().flag);
}

TEST_F(CommandLineTest, TellsAnEmptyValueFromNone) {
  ASSERT_TRUE(parse({"key", "add", ""}).ok());
  EXPECT_EQ(echo().text, "");
}

TEST_F(CommandLineTest, TakesGlobalOptionsAnywhere) {
  ASSERT_TRUE(parse({"--home", "/a", "key", "--env", "prod", "add", "--json"}).ok());
  EXPECT_EQ(global_.home, "/a");
  EXPECT_EQ(global_.environment, "prod");
  EXPECT_TRUE(global_.json);
}

TEST_F(CommandLineTest, NamesTheNearestWord) {
  EXPECT_EQ(hint_of({"kay", "add"}), "did you mean 'key'?");
  EXPECT_EQ(hint_of({"key", "ad"}), "did you mean 'add'?");
  EXPECT_EQ(hint_of({"key", "add", "--mani", "x"}), "did you mean '--many'?");
  EXPECT_EQ(hint_of({"key", "add", "--hoem=/x"}), "did you mean '--home'?");
  EXPECT_EQ(hint_of({"key", "add", "one", "two"}), "see `patchbay key add --help`");
}

TEST_F(CommandLineTest, TakesNothingFromTheNextWordForAnEmptyValue) {
  ASSERT_TRUE(parse({"--env=", "key", "add", "--many=", "word"}).ok());
  EXPECT_EQ(global_.environment, "");
  EXPECT_EQ(echo().many, std::vector<std::string>{""});
  EXPECT_EQ(echo().text, "word");
}

TEST_F(CommandLineTest, SaysInPlainWordsWhatIsWrongWithTheCountOfValues) {
  EXPECT_EQ(parse({"key", "add", "--many"}).error().message, "--many needs a value");
  EXPECT_EQ(parse({"--home", "a", "--home", "b", "key", "add"}).error().message,
            "--home is given more than once");
  EXPECT_EQ(parse({"key", "add", "--flag=x"}).error().message, "--flag takes no value");
}

TEST_F(CommandLineTest, LeavesWhatFollowsTwoDashesAsItIs) {
  ASSERT_TRUE(parse({"key", "add", "--", "--flag="}).ok());
  EXPECT_EQ(echo().text, "--flag=");
}

TEST_F(CommandLineTest, WantsACommand) {
  EXPECT_EQ(parse({}).error().code, ErrorCode::Usage);
  EXPECT_EQ(parse({"key"}).error().message, "a command is missing after 'patchbay key'");
}

TEST_F(CommandLineTest, ShowsHelpForTheCommandThatWasNamed) {
  const auto line = parse({"key", "add", "--help"});
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line.value().command, nullptr);
  EXPECT_NE(line.value().text.find("--many WORD"), std::string::npos) << line.value().text;
}

TEST_F(CommandLineTest, ShowsHelpWhenHelpIsTheFirstWord) {
  for (const auto& line : {parse({"help", "key", "add"}), parse({"key", "add", "-h"})}) {
    ASSERT_TRUE(line.ok());
    EXPECT_NE(line.value().text.find("Usage: patchbay key add [OPTIONS] [TEXT]"), std::string::npos)
        << line.value().text;
  }
  EXPECT_NE(parse({"help"}).value().text.find("Usage: patchbay [OPTIONS]"), std::string::npos);
  EXPECT_FALSE(parse({"help", "kay"}).ok());
}

TEST(TakeApiKeyTest, TakesTheValueOutAndBlanksIt) {
  Words apart{"configure", "--api-key", "sesame", "--force"};
  EXPECT_EQ(take_api_key(apart.argv()).value().expose_text(), "sesame");
  EXPECT_EQ(apart.at(3), "xxxxxx");
  Words joined{"configure", "--api-key=sesame"};
  EXPECT_EQ(take_api_key(joined.argv()).value().expose_text(), "sesame");
  EXPECT_EQ(joined.at(2), "--api-key=xxxxxx");
}

TEST(TakeApiKeyTest, LeavesOtherWordsAlone) {
  Words line{"configure", "--api-key-file", "sesame", "--", "--api-key", "open"};
  EXPECT_TRUE(take_api_key(line.argv()).value().empty());
  EXPECT_EQ(line.at(3), "sesame");
  EXPECT_EQ(line.at(6), "open");
  Words last{"configure", "--api-key"};
  EXPECT_TRUE(take_api_key(last.argv()).value().empty());
}

TEST(CommandsTest, EachHasASummaryAndExamplesThatNameIt) {
  for (const auto& command : all_commands()) {
    const CommandWords words = command->words();
    std::string name = "patchbay";
    EXPECT_FALSE(words.summary.empty());
    EXPECT_NE(words.summary.back(), '.') << words.summary;
    for (const std::string& word : words.path) name += " " + word;
    const bool named = words.examples.find(words.path.back()) != std::string::npos;
    EXPECT_TRUE(named) << name;
  }
}

}  // namespace
}  // namespace patchbay::cli
