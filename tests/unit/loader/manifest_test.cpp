#include "host/loader/manifest.hpp"

#include "core/json/value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

json::Value parsed(std::string_view text) {
  const Result<json::Value> value = json::parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return value.ok() ? value.value() : json::Value();
}

// The smallest manifest there is.
json::Value smallest() {
  return parsed(R"({"id": "example.acme", "version": "1.0.0", "name": "acme",
                    "no_credential": true, "operations": ["image"]})");
}

// The smallest manifest with a field set to a JSON value.
std::string with_field(std::string_view name, std::string_view value) {
  json::Value manifest = smallest();
  manifest.set(name, parsed(value));
  return json::write(manifest);
}

std::string without_field(std::string_view name) {
  const json::Value whole = smallest();
  json::Value rest;
  for (const auto& [key, value] : *whole.object())
    if (key != name) rest.set(key, value);
  return json::write(rest);
}

std::string refusal(std::string_view json) {
  const Result<Manifest> manifest = parse_manifest(json);
  if (manifest.ok()) return {};
  EXPECT_EQ(manifest.error().code, ErrorCode::Plugin);
  return manifest.error().message;
}

AdapterManifest adapter_with(std::string_view name, std::string_view value) {
  const Result<Manifest> manifest = parse_manifest(with_field(name, value));
  EXPECT_TRUE(manifest.ok()) << manifest.error().message;
  return manifest.ok() ? manifest.value().adapters.front() : AdapterManifest();
}

constexpr std::string_view whole = R"({
  "id": "dev.example.gemini", "version": "1.2.3", "name": "gemini", "display_name": "Gémini",
  "endpoint": "https://api.example/v1beta", "endpoints": ["https://eu.example/v1"], "login_url": "https://example/keys?a=b",
  "auth": {"api_key": {"header": "X-Goog-Api-Key"}, "bearer": {}, "oauth": {"prefix": "Token "}},
  "key_env": ["GEMINI_API_KEY", "GOOGLE_API_KEY"], "key_prefixes": ["AIza"],
  "models": {"image": "draw-1", "chat": "talk-1"},
  "origins": [{"origin": "https://check.example", "credentialed": true},
              {"origin": "https://cdn.example:8443", "anon_get": true}],
  "anon_get_any": true, "verify_origin": "https://check.example",
  "operations": ["image", "chat", "models", "verify", "dance", "image"],
  "image_models": [{"prefix": "draw", "aspect_ratios": ["1:1", "16:9"], "resolutions": ["1K"],
                    "inputs_max": 14, "images_max": 4}, {"prefix": ""}],
  "single_final_image": ["draw-"],
  "settings": {"type": "object", "properties": {"chat_model": {"type": "string"}, "site": {}}},
  "params": {"properties": {"quality": {"enum": ["low", "high"]}}},
  "abi_minor": 0, "some_later_field": {"x": [1]}
})";

TEST(ManifestTest, ReadsEveryField) {
  const Result<Manifest> manifest = parse_manifest(whole);
  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  EXPECT_EQ(manifest.value().text, whole);
  ASSERT_EQ(manifest.value().adapters.size(), 1U);
  const AdapterManifest& adapter = manifest.value().adapters.front();
  EXPECT_EQ(adapter.id, "dev.example.gemini");
  EXPECT_EQ(adapter.version, "1.2.3");
  EXPECT_EQ(adapter.name, "gemini");
  EXPECT_EQ(adapter.display_name, "Gémini");
  EXPECT_EQ(adapter.endpoint, "https://api.example/v1beta");
  EXPECT_EQ(adapter.login_url, "https://example/keys?a=b");
  EXPECT_TRUE(adapter.needs_credential);
  EXPECT_EQ(adapter.default_auth_type, "api_key");
  EXPECT_THAT(adapter.key_environment_variables, ElementsAre("GEMINI_API_KEY", "GOOGLE_API_KEY"));
  EXPECT_THAT(adapter.key_prefixes, ElementsAre("AIza"));
  EXPECT_EQ(adapter.image_model, "draw-1");
  EXPECT_EQ(adapter.chat_model, "talk-1");
  EXPECT_TRUE(adapter.anonymous_get_anywhere);
  EXPECT_EQ(adapter.verify_origin, "https://check.example");
  EXPECT_THAT(adapter.endpoints, ElementsAre("https://eu.example/v1"));
  EXPECT_TRUE(adapter.is_own_endpoint("https://api.example"));
  EXPECT_TRUE(adapter.is_own_endpoint("https://eu.example"));
  EXPECT_FALSE(adapter.is_own_endpoint("https://check.example"));
  EXPECT_FALSE(adapter.is_own_endpoint("http://eu.example"));
  EXPECT_THAT(adapter.operations,
              ElementsAre(Operation::Image, Operation::Chat, Operation::Models, Operation::Verify));
  EXPECT_THAT(adapter.setting_names, ElementsAre("chat_model", "site"));
  EXPECT_THAT(adapter.parameter_names, ElementsAre("quality"));
}

TEST(ManifestTest, ReadsWhereCredentialsGo) {
  const AdapterManifest adapter = parse_manifest(whole).value().adapters.front();
  ASSERT_EQ(adapter.auth.size(), 3U);
  EXPECT_EQ(adapter.auth.at("api_key").header, "x-goog-api-key");
  EXPECT_EQ(adapter.auth.at("api_key").prefix, "");
  EXPECT_EQ(adapter.auth.at("bearer").header, "authorization");
  EXPECT_EQ(adapter.auth.at("bearer").prefix, "Bearer ");
  EXPECT_EQ(adapter.auth.at("oauth").header, "authorization");
  EXPECT_EQ(adapter.auth.at("oauth").prefix, "Token ");
  ASSERT_EQ(adapter.origins.size(), 2U);
  EXPECT_EQ(adapter.origins[0].origin, "https://check.example");
  EXPECT_TRUE(adapter.origins[0].credentialed);
  EXPECT_FALSE(adapter.origins[0].anonymous_get);
  EXPECT_FALSE(adapter.origins[1].credentialed);
  EXPECT_TRUE(adapter.origins[1].anonymous_get);
}

TEST(ManifestTest, ReadsFamiliesOfImageModels) {
  const AdapterManifest adapter = parse_manifest(whole).value().adapters.front();
  ASSERT_EQ(adapter.image_models.size(), 2U);
  EXPECT_THAT(adapter.image_models[0].aspect_ratios, ElementsAre("1:1", "16:9"));
  EXPECT_THAT(adapter.image_models[0].resolutions, ElementsAre("1K"));
  EXPECT_EQ(adapter.image_models[0].inputs_max, 14U);
  EXPECT_EQ(adapter.image_models[1].inputs_max, 0U);
  EXPECT_EQ(adapter.images_max("draw-2"), 4U);
  EXPECT_EQ(adapter.images_max("paint-2"), 1U);
  EXPECT_TRUE(adapter.gives_single_final_image("draw-2"));
  EXPECT_FALSE(adapter.gives_single_final_image("paint-2"));
}

TEST(ManifestTest, FillsInDefaults) {
  const AdapterManifest adapter = parse_manifest(json::write(smallest())).value().adapters.front();
  EXPECT_EQ(adapter.display_name, "acme");
  EXPECT_EQ(adapter.endpoint, "");
  EXPECT_FALSE(adapter.needs_credential);
  EXPECT_TRUE(adapter.auth.empty());
  EXPECT_EQ(adapter.abi_minor, 0U);
  EXPECT_TRUE(adapter.can(Operation::Image));
  EXPECT_FALSE(adapter.can(Operation::Chat));
  EXPECT_FALSE(adapter.gives_single_final_image("any"));
  EXPECT_TRUE(adapter_with("single_final_image", "true").gives_single_final_image("any"));
  EXPECT_FALSE(adapter_with("single_final_image", "false").gives_single_final_image("any"));
  EXPECT_THAT(adapter_with("key_env", "\"ACME_KEY\"").key_environment_variables,
              ElementsAre("ACME_KEY"));
}

TEST(ManifestTest, PlacesAnApiKeyInItsUsualHeader) {
  const Result<Manifest> manifest = parse_manifest(
      R"({"id": "example.acme", "version": "1.0.0", "name": "acme", "operations": ["image"],
          "auth": {"api_key": {}}})");
  ASSERT_TRUE(manifest.ok());
  const CredentialPlacement& placement = manifest.value().adapters[0].auth.at("api_key");
  EXPECT_EQ(placement.header, "x-api-key");
  EXPECT_EQ(placement.prefix, "");
}

TEST(ManifestTest, ReadsSeveralAdaptersInTheirOrder) {
  json::Value second = smallest();
  second.set("id", "example.other");
  second.set("name", "other");
  const json::Value list(json::Array{smallest(), second});
  const Result<Manifest> manifest = parse_manifest(json::write(list));
  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  ASSERT_EQ(manifest.value().adapters.size(), 2U);
  EXPECT_EQ(manifest.value().adapters[1].name, "other");
}

TEST(ManifestTest, NamesTheAdapterAndFieldThatIsWrong) {
  json::Value second = smallest();
  second.set("name", "Other");
  EXPECT_EQ(refusal(json::write(json::Value(json::Array{smallest(), second}))),
            "manifest: field `[1].name` is not a lower-case word of at most 50 characters");
}

TEST(ManifestTest, RefusesTwoAdaptersOfOneIdOrName) {
  json::Value second = smallest();
  EXPECT_EQ(refusal(json::write(json::Value(json::Array{smallest(), second}))),
            "manifest: two adapters have the id example.acme");
  second.set("id", "example.other");
  EXPECT_EQ(refusal(json::write(json::Value(json::Array{smallest(), second}))),
            "manifest: two adapters have the name acme");
}

TEST(ManifestTest, RefusesWhatIsNoManifest) {
  EXPECT_THAT(refusal("{"), StartsWith("manifest: it is not valid JSON: "));
  EXPECT_EQ(refusal("[]"), "manifest: it is neither an object nor a list of objects");
  EXPECT_EQ(refusal("7"), "manifest: it is neither an object nor a list of objects");
  EXPECT_EQ(refusal("[7]"), "manifest: it is neither an object nor a list of objects");
}

TEST(ManifestTest, BoundsItsSizeAndItsAdapters) {
  std::string text = json::write(smallest());
  text.resize(manifest_size_max, ' ');
  EXPECT_EQ(refusal(text), "");
  EXPECT_EQ(refusal(text + " "), "manifest: it is larger than 256 KiB");
  json::Array adapters;
  for (std::size_t i = 0; i < manifest_adapters_max; ++i) {
    json::Value adapter = smallest();
    adapter.set("id", "example.a" + std::to_string(i));
    adapter.set("name", "a" + std::to_string(i));
    adapters.push_back(adapter);
  }
  EXPECT_EQ(refusal(json::write(json::Value(adapters))), "");
  adapters.push_back(smallest());
  EXPECT_EQ(refusal(json::write(json::Value(adapters))),
            "manifest: it describes more than 64 adapters");
}

TEST(ManifestTest, NeedsItsRequiredFields) {
  for (const char* name : {"id", "version", "name", "operations"})
    EXPECT_EQ(refusal(without_field(name)),
              "manifest: field `" + std::string(name) + "` is missing");
  EXPECT_EQ(refusal(without_field("no_credential")),
            "manifest: field `auth` is missing (or say \"no_credential\": true)");
}

TEST(ManifestTest, SaysThatItNeedsANewerHostBeforeItJudgesTheRest) {
  EXPECT_EQ(refusal(R"({"abi_minor": 7, "id": 5})"),
            "needs a newer host (ABI minor 7, this one has 0)");
}

struct WrongField {
  const char* name;
  const char* value;
  const char* message;
};

class ManifestRefusesTest : public ::testing::TestWithParam<WrongField> {};

TEST_P(ManifestRefusesTest, NamingTheField) {
  EXPECT_THAT(refusal(with_field(GetParam().name, GetParam().value)),
              StartsWith("manifest: field `" + std::string(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Identity,
    ManifestRefusesTest,
    ::testing::Values(
        WrongField{"id", "5", "id` is not a text"},
        WrongField{"id", "\"acme\"", "id` is not a lower-case reverse DNS name"},
        WrongField{"id", "\"Example.acme\"", "id` is not a lower-case reverse DNS name"},
        WrongField{"id", "\"example..acme\"", "id` is not a lower-case reverse DNS name"},
        WrongField{"id", "\"example.acme.\"", "id` is not a lower-case reverse DNS name"},
        WrongField{"id", "\"\"", "id` is empty"},
        WrongField{"version", "\"1.0\"", "version` is not a semantic version"},
        WrongField{"name", "\"a b\"", "name` is not a lower-case word"},
        WrongField{"name", "\"a.b\"", "name` is not a lower-case word"},
        WrongField{"display_name", "\"a\\u001b[31m\"", "display_name` holds a control character"},
        WrongField{"abi_minor", "-1", "abi_minor` is not a whole number from 0"},
        WrongField{"abi_minor", "\"0\"", "abi_minor` is not a whole number from 0"},
        WrongField{"operations", "[]", "operations` names none of"},
        WrongField{"operations", "[\"dance\"]", "operations` names none of"},
        WrongField{"operations", "\"image\"", "operations` is not a list"}));

INSTANTIATE_TEST_SUITE_P(
    Places,
    ManifestRefusesTest,
    ::testing::Values(
        WrongField{"endpoint", "\"http://api.example\"", "endpoint` is not https"},
        WrongField{"endpoint", "\"ftp://api.example\"", "endpoint` is no URL"},
        WrongField{"endpoint", "\"https://u:p@api.example\"", "endpoint` is no URL"},
        WrongField{"endpoint", "\"https://api.example/v1?x=1\"", "endpoint` cannot be used"},
        WrongField{"login_url", "\"http://example\"", "login_url` is not https"},
        WrongField{"origins", "[\"https://x.example\"]", "origins` is not a list of objects"},
        WrongField{"origins", "[{}]", "origins[0].origin` is missing"},
        WrongField{
            "origins", R"([{"origin": "http://x.example"}])", "origins[0].origin` is not https"},
        WrongField{"origins",
                   R"([{"origin": "https://x.example/path"}])",
                   "origins[0].origin` is more than an origin: write \"https://x.example\""},
        WrongField{"origins",
                   R"([{"origin": "https://x.example", "credentialed": 1}])",
                   "origins[0].credentialed` is not true or false"},
        WrongField{"endpoints", R"(["http://x.example/v1"])", "endpoints` is not https"},
        WrongField{"endpoints", R"(["https://127.0.0.1/v1"])", "endpoints` cannot be used"},
        WrongField{"endpoints", R"("https://x.example/v1")", "endpoints` is"},
        WrongField{"anon_get_any", "1", "anon_get_any` is not true or false"},
        WrongField{
            "verify_origin", "\"https://x.example\"", "verify_origin` is not among `origins`"}));

INSTANTIATE_TEST_SUITE_P(
    Models,
    ManifestRefusesTest,
    ::testing::Values(
        WrongField{"models", "[]", "models` is not an object"},
        WrongField{"models", R"({"image": 5})", "models.image` is not a text"},
        WrongField{"image_models", "[{}]", "image_models[0].prefix` is missing"},
        WrongField{"image_models",
                   R"([{"prefix": "", "aspect_ratios": ["wide"]}])",
                   "image_models[0].aspect_ratios` holds something other than a ratio"},
        WrongField{"image_models",
                   R"([{"prefix": "", "aspect_ratios": ["1:0"]}])",
                   "image_models[0].aspect_ratios` holds something other than a ratio"},
        WrongField{"image_models",
                   R"([{"prefix": "", "inputs_max": 1001}])",
                   "image_models[0].inputs_max` is not a whole number from 0 to 1000"},
        WrongField{"image_models",
                   R"([{"prefix": "", "images_max": 65}])",
                   "image_models[0].images_max` is not a whole number from 0 to 64"},
        WrongField{"single_final_image", "5", "single_final_image` is not a list"},
        WrongField{"settings", "[]", "settings` is not an object"},
        WrongField{"settings", R"({"type": "string"})", "settings.type` is not \"object\""},
        WrongField{"settings",
                   R"({"properties": {"A B": {}}})",
                   "settings.properties.A B` is not a lower-case word"},
        WrongField{
            "settings", R"({"properties": {"x": 5}})", "settings.properties.x` is not an object"},
        WrongField{"settings",
                   R"({"properties": {"allow_private": {}}})",
                   "settings` names `allow_private`, which is the host's own"},
        WrongField{"params", R"({"properties": 5})", "params.properties` is not an object"}));

INSTANTIATE_TEST_SUITE_P(
    Keys,
    ManifestRefusesTest,
    ::testing::Values(
        WrongField{"auth", R"({"bearer": {}})", "auth` contradicts `no_credential`"},
        WrongField{
            "key_env", "[\"1KEY\"]", "key_env` holds something other than a variable's name"},
        WrongField{"key_env", "[5]", "key_env` holds something other than a text"},
        WrongField{"key_prefixes", "[\"\"]", "key_prefixes` holds something other than a text"},
        WrongField{"key_prefixes",
                   "[\"a b\"]",
                   "key_prefixes` holds something other than 1 to 64 visible characters"}));

std::string refusal_of_auth(std::string_view auth) {
  json::Value manifest = smallest();
  manifest.set("no_credential", false);
  manifest.set("auth", parsed(auth));
  return refusal(json::write(manifest));
}

TEST(ManifestTest, RefusesPlacesThatACredentialMayNotGo) {
  EXPECT_THAT(refusal_of_auth(R"({"digest": {}})"),
              HasSubstr("`auth.digest` is not one of bearer, api_key, oauth"));
  EXPECT_THAT(refusal_of_auth(R"({"bearer": true})"), HasSubstr("`auth.bearer` is not an object"));
  for (const char* header :
       {"host", "Cookie", "proxy-authorization", "content-length", "a b", "a:b", ""})
    EXPECT_THAT(refusal_of_auth(R"({"bearer": {"header": ")" + std::string(header) + R"("}})"),
                HasSubstr("`auth.bearer.header` is not a header that may carry a credential"))
        << header;
  EXPECT_THAT(refusal_of_auth(R"({"bearer": {"prefix": "ü"}})"),
              HasSubstr("`auth.bearer.prefix` is not at most 64 characters of ASCII"));
  EXPECT_THAT(refusal_of_auth(R"({"bearer": {"prefix": "a\r\nb: "}})"),
              HasSubstr("`auth.bearer.prefix` holds a control character"));
}

TEST(ManifestTest, TakesTextsAtTheirLimits) {
  const auto quoted = [](std::size_t size) { return "\"" + std::string(size, 'a') + "\""; };
  EXPECT_EQ(refusal(with_field("name", quoted(50))), "");
  EXPECT_NE(refusal(with_field("name", quoted(51))), "");
  EXPECT_EQ(refusal(with_field("display_name", quoted(100))), "");
  EXPECT_NE(refusal(with_field("display_name", quoted(101))), "");
  EXPECT_EQ(refusal(with_field("id", "\"a." + std::string(98, 'b') + "\"")), "");
  EXPECT_NE(refusal(with_field("id", "\"a." + std::string(99, 'b') + "\"")), "");
  EXPECT_EQ(refusal(with_field("models", R"({"image": )" + quoted(100) + "}")), "");
  EXPECT_NE(refusal(with_field("models", R"({"image": )" + quoted(101) + "}")), "");
  const std::string url = "https://a.example/";
  EXPECT_EQ(refusal(with_field("endpoint", "\"" + url + std::string(500 - url.size(), 'a') + "\"")),
            "");
  EXPECT_THAT(
      refusal(with_field("endpoint", "\"" + url + std::string(501 - url.size(), 'a') + "\"")),
      HasSubstr("`endpoint` is longer than 500 bytes"));
}

TEST(ManifestTest, BoundsItsLists) {
  json::Array prefixes;
  for (std::size_t i = 0; i < manifest_list_max; ++i)
    prefixes.emplace_back("k" + std::to_string(i));
  json::Value manifest = smallest();
  manifest.set("key_prefixes", prefixes);
  EXPECT_EQ(refusal(json::write(manifest)), "");
  prefixes.emplace_back("one more");
  manifest.set("key_prefixes", prefixes);
  EXPECT_EQ(refusal(json::write(manifest)),
            "manifest: field `key_prefixes` has more than 256 elements");
}

}  // namespace
}  // namespace patchbay::host
