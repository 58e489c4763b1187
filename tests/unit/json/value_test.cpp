#include "core/json/value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::json {
namespace {

TEST(JsonValueTest, IsNullByDefault) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_EQ(Value().object(), nullptr);
  EXPECT_EQ(Value().find("x"), nullptr);
}

TEST(JsonValueTest, GivesNothingForAnotherType) {
  const Value text("true");
  EXPECT_EQ(text.boolean(), nullptr);
  EXPECT_EQ(text.integer(), nullptr);
  EXPECT_EQ(text.real(), nullptr);
  EXPECT_EQ(text.array(), nullptr);
  EXPECT_EQ(*text.string(), "true");
  EXPECT_EQ(Value(1).real(), nullptr);
  EXPECT_EQ(Value(1.0).integer(), nullptr);
}

TEST(JsonValueTest, FindsMembersAndTheirTexts) {
  const Value value = parse(R"({"name":"gemini","count":3,"empty":""})").value();
  EXPECT_EQ(value.text("name"), "gemini");
  EXPECT_EQ(value.text("count"), "");
  EXPECT_EQ(value.text("missing"), "");
  EXPECT_EQ(value.find("missing"), nullptr);
  EXPECT_NE(value.find("empty"), nullptr);
  EXPECT_EQ(Value("text").find("name"), nullptr);
}

TEST(JsonValueTest, BuildsObjectsAndArraysFromNull) {
  Value value;
  value.set("b", 1);
  value.set("a", "x");
  value.set("b", 2);
  Value list;
  list.append(true);
  list.append(Value());
  value.set("list", std::move(list));
  EXPECT_EQ(write(value), R"({"b":2,"a":"x","list":[true,null]})");
}

TEST(JsonValueTest, ComparesByContents) {
  EXPECT_EQ(parse("[1,{\"a\":null}]").value(), parse(" [ 1 , {\"a\": null} ] ").value());
  EXPECT_NE(parse("1").value(), parse("1.0").value());
  EXPECT_NE(parse("{}").value(), parse("[]").value());
}

TEST(JsonValueTest, CopiesAreIndependent) {
  Value first = parse(R"({"a":[1]})").value();
  Value second = first;
  second.set("a", 2);
  EXPECT_EQ(write(first), R"({"a":[1]})");
  EXPECT_EQ(write(second), R"({"a":2})");
}

}  // namespace
}  // namespace patchbay::json
