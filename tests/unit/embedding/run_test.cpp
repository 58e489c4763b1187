#include "tests/unit/embedding/embedded_home.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace patchbay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EmbeddedRunTest : public ::testing::Test {
 protected:
  // What became of a blocking call.
  struct Asked {
    OwnedError error;
    OwnedRun run;
    [[nodiscard]] const patchbay_answer* answer() const {
      return run == nullptr ? nullptr : patchbay_run_answer(run.get());
    }
    [[nodiscard]] std::string code() const {
      return error == nullptr ? "" : patchbay_error_name(error.get());
    }
  };

  Asked ask(const patchbay_run_options& options) {
    patchbay_run* run = nullptr;
    OwnedError error(patchbay_host_ask(host_.get(), &options, &run));
    return {std::move(error), OwnedRun(run)};
  }

  EmbeddedHome home_;
  OpenedHost host_{home_.options()};
};

TEST_F(EmbeddedRunTest, AnswersWithAnImageInMemory) {
  const Asked asked = ask(image_of("gemini"));
  ASSERT_EQ(asked.code(), "");
  const patchbay_answer& answer = *asked.answer();
  EXPECT_STREQ(answer.provider, "gemini");
  ASSERT_EQ(answer.image_count, 1U);
  const patchbay_run_image& image = *answer.images[0];
  EXPECT_STREQ(image.mime, "image/jpeg");
  EXPECT_GT(image.width, 0U);
  ASSERT_GT(image.size, 8U);
  EXPECT_EQ(std::string_view(static_cast<const char*>(image.bytes), 3), "\xFF\xD8\xFF");
  EXPECT_TRUE((answer.usage->known & PATCHBAY_KNOWN_TOTAL_TOKENS) != 0);
  EXPECT_GT(answer.usage->total_tokens, 0U);
  EXPECT_EQ(std::string_view(answer.request_id).size(), 36U);
  EXPECT_EQ(answer.attempt_count, 1U);
}

TEST_F(EmbeddedRunTest, MakesAPictureWithoutAnyKey) {
  auto options = image_of("placeholder");
  const patchbay_run_pair size{"size", "64x32"};
  options.params = &size;
  options.param_count = 1;
  const Asked asked = ask(options);
  ASSERT_EQ(asked.code(), "");
  EXPECT_EQ(asked.answer()->images[0]->width, 64U);
  EXPECT_EQ(asked.answer()->images[0]->height, 32U);
}

TEST_F(EmbeddedRunTest, TellsOfTextAsItComesAndOfItsEndLast) {
  auto options = image_of("gemini", "what is a cat?");
  options.operation = PATCHBAY_RUN_CHAT;
  Watcher watcher;
  std::string text;
  std::string order;
  watcher.on_text = [&](std::string_view piece) {
    text += piece;
    order += 't';
  };
  watcher.on_usage = [&](const patchbay_run_usage& usage) {
    EXPECT_NE(usage.known, 0U);
    order += 'u';
  };
  watcher.on_done = [&](patchbay_run* run, const patchbay_answer* answer, const patchbay_error*) {
    EXPECT_EQ(patchbay_run_answer(run), answer);
    EXPECT_EQ(patchbay_run_is_over(run), 0U);
    order += 'd';
  };
  const auto observer = watcher.observer();
  patchbay_run* run = nullptr;
  must(patchbay_run_submit(host_.get(), &options, &observer, &run));
  const OwnedRun owned(run);
  must(patchbay_run_wait(run, 60'000));
  EXPECT_EQ(patchbay_run_is_over(run), 1U);
  EXPECT_EQ(text, patchbay_run_answer(run)->text);
  EXPECT_FALSE(text.empty());
  EXPECT_THAT(order, ::testing::MatchesRegex("t+ud"));
}

TEST_F(EmbeddedRunTest, ListsModelsAndChecksTheKey) {
  auto options = PATCHBAY_INIT(patchbay_run_options);
  options.provider = "gemini";
  options.operation = PATCHBAY_RUN_MODELS;
  const Asked models = ask(options);
  ASSERT_EQ(models.code(), "");
  EXPECT_GT(models.answer()->model_count, 1U);
  EXPECT_STRNE(models.answer()->models[0]->id, "");
  options.operation = PATCHBAY_RUN_VERIFY;
  EXPECT_EQ(ask(options).code(), "");
}

TEST_F(EmbeddedRunTest, TellsErrorsByCodeWordsAndNextStep) {
  const Asked asked = ask(image_of("nobody"));
  ASSERT_EQ(asked.code(), "unknown_provider");
  EXPECT_EQ(patchbay_error_code(asked.error.get()), PATCHBAY_CODE_UNKNOWN_PROVIDER);
  EXPECT_THAT(patchbay_error_message(asked.error.get()), HasSubstr("nobody"));
  EXPECT_STRNE(patchbay_error_hint(asked.error.get()), "");
  EXPECT_EQ(patchbay_error_may_retry(asked.error.get()), 0U);
  ASSERT_NE(asked.run, nullptr);
  EXPECT_EQ(asked.answer(), nullptr);
  EXPECT_EQ(patchbay_error_code(patchbay_run_error(asked.run.get())),
            PATCHBAY_CODE_UNKNOWN_PROVIDER);
}

TEST_F(EmbeddedRunTest, TellsWhatTheProviderSaid) {
  const Asked asked = ask(image_of("gemini", "a cat emulate:safety"));
  EXPECT_EQ(asked.code(), "blocked");
  EXPECT_STREQ(patchbay_error_provider(asked.error.get()), "gemini");
}

TEST_F(EmbeddedRunTest, RefusesWhatCanNeverBeRight) {
  const auto refused = [this](const std::function<void(patchbay_run_options&)>& change) {
    auto options = image_of("placeholder");
    change(options);
    patchbay_run* run = nullptr;
    const std::string code = name_of(patchbay_run_submit(host_.get(), &options, nullptr, &run));
    EXPECT_EQ(run, nullptr);
    return code;
  };
  EXPECT_EQ(refused([](auto& options) { options.operation = 0; }), "usage");
  EXPECT_EQ(refused([](auto& options) { options.operation = 5; }), "usage");
  EXPECT_EQ(refused([](auto& options) { options.prompt = nullptr; }), "usage");
  EXPECT_EQ(refused([](auto& options) { options.prompt = "\xff"; }), "bad_input");
  EXPECT_EQ(refused([](auto& options) { options.output = PATCHBAY_OUTPUT_FILE; }), "usage");
  EXPECT_EQ(refused([](auto& options) { options.output = 9; }), "usage");
  EXPECT_EQ(refused([](auto& options) {
              static const patchbay_run_message message{PATCHBAY_RUN_USER, nullptr, 0};
              options.messages = &message;
              options.message_count = 1;
            }),
            "usage");
  EXPECT_EQ(refused([](auto& options) {
              static const patchbay_run_pair nameless{nullptr, "1"};
              options.params = &nameless;
              options.param_count = 1;
            }),
            "usage");
}

TEST_F(EmbeddedRunTest, GoesOnWithAConversation) {
  auto options = image_of("gemini");
  const Asked first = ask(options);
  ASSERT_EQ(first.code(), "");
  // What came back goes back: the image, and whatever state belongs to it.
  std::vector<patchbay_run_input> inputs;
  auto image = PATCHBAY_INIT(patchbay_run_input);
  image.source = PATCHBAY_INPUT_MEMORY;
  image.bytes = first.answer()->images[0]->bytes;
  image.size = first.answer()->images[0]->size;
  inputs.push_back(image);
  for (std::uint64_t i = 0; i < first.answer()->state_count; ++i) {
    auto state = PATCHBAY_INIT(patchbay_run_input);
    state.source = PATCHBAY_INPUT_MEMORY;
    state.content = PATCHBAY_INPUT_STATE;
    state.bytes = first.answer()->states[i].bytes;
    state.size = first.answer()->states[i].size;
    inputs.push_back(state);
  }
  std::vector<const patchbay_run_input*> list;
  for (const auto& input : inputs) list.push_back(&input);
  const patchbay_run_piece asked_first{"a cat", 0};
  std::vector<patchbay_run_piece> answered;
  for (std::uint64_t i = 0; i < inputs.size(); ++i) answered.push_back({nullptr, i});
  const patchbay_run_piece asked_next{"now asleep", 0};
  const std::vector<patchbay_run_message> messages{
      {PATCHBAY_RUN_USER, &asked_first, 1},
      {PATCHBAY_RUN_ASSISTANT, answered.data(), answered.size()},
      {PATCHBAY_RUN_USER, &asked_next, 1}};
  options.prompt = nullptr;
  options.messages = messages.data();
  options.message_count = messages.size();
  options.inputs = list.data();
  options.input_count = list.size();
  const Asked second = ask(options);
  EXPECT_EQ(second.code(), "");
}

TEST_F(EmbeddedRunTest, EndsWithinItsDeadline) {
  auto options = image_of("gemini", "emulate:stall_head");
  options.deadline_ms = 300;
  EXPECT_EQ(ask(options).code(), "timeout");
}

TEST_F(EmbeddedRunTest, EndsWhenItIsCancelledFromAnotherThread) {
  const auto options = image_of("gemini", "emulate:stall_head");
  std::atomic<int> ended{0};
  Watcher watcher;
  watcher.on_done = [&](patchbay_run*, const patchbay_answer* answer, const patchbay_error* error) {
    EXPECT_EQ(answer, nullptr);
    EXPECT_STREQ(patchbay_error_name(error), "cancelled");
    ++ended;
  };
  const auto observer = watcher.observer();
  patchbay_run* run = nullptr;
  must(patchbay_run_submit(host_.get(), &options, &observer, &run));
  const OwnedRun owned(run);
  EXPECT_EQ(name_of(patchbay_run_wait(run, 50)), "timeout");
  std::thread([run] { patchbay_run_cancel(run); }).join();
  EXPECT_EQ(name_of(patchbay_run_wait(run, UINT64_MAX)), "cancelled");
  patchbay_run_cancel(run);
  EXPECT_EQ(ended, 1);
}

TEST_F(EmbeddedRunTest, TellsOfItsProgress) {
  auto options = home_.options();
  options.progress_interval_ms = 5;
  const OpenedHost quick(options);
  const auto wanted = image_of("gemini", "emulate:slow:300");
  Watcher watcher;
  int calls = 0;
  std::uint64_t last = 0;
  watcher.on_progress = [&](const patchbay_run_progress& progress) {
    ++calls;
    EXPECT_GE(progress.elapsed_ms, last);
    last = progress.elapsed_ms;
  };
  const auto observer = watcher.observer();
  patchbay_run* run = nullptr;
  must(patchbay_run_submit(quick.get(), &wanted, &observer, &run));
  const OwnedRun owned(run);
  must(patchbay_run_wait(run, UINT64_MAX));
  EXPECT_GT(calls, 2);
}

TEST_F(EmbeddedRunTest, CallbacksMaySubmitAndListButNotWaitOrClose) {
  std::string codes;
  Watcher watcher;
  OwnedRun second;
  const auto options = image_of("placeholder");
  watcher.on_done = [&](patchbay_run* run, const patchbay_answer*, const patchbay_error*) {
    codes += name_of(patchbay_run_wait(run, 1)) + " ";
    codes += name_of(patchbay_host_close(host_.get())) + " ";
    patchbay_run* asked = nullptr;
    codes += name_of(patchbay_host_ask(host_.get(), &options, &asked)) + " ";
    codes += name_of(patchbay_host_process(host_.get())) + " ";
    patchbay_providers* providers = nullptr;
    must(patchbay_providers_list(host_.get(), &providers));
    EXPECT_GT(providers->count, 0U);
    patchbay_providers_free(providers);
    must(patchbay_run_submit(host_.get(), &options, nullptr, &asked));
    second.reset(asked);
  };
  const auto observer = watcher.observer();
  patchbay_run* run = nullptr;
  must(patchbay_run_submit(host_.get(), &options, &observer, &run));
  const OwnedRun owned(run);
  must(patchbay_run_wait(run, UINT64_MAX));
  EXPECT_EQ(codes, "usage usage usage usage ");
  must(patchbay_run_wait(second.get(), UINT64_MAX));
}

TEST_F(EmbeddedRunTest, NeverTellsTheKey) {
  auto options = image_of("gemini", "emulate:invalid_key");
  const Asked asked = ask(options);
  ASSERT_EQ(asked.code(), "auth_invalid");
  EXPECT_THAT(patchbay_error_message(asked.error.get()), Not(HasSubstr(home_.key())));
  patchbay_keys* keys = nullptr;
  must(patchbay_keys_list(host_.get(), nullptr, &keys));
  ASSERT_EQ(keys->count, 1U);
  const patchbay_key_info& key = *keys->items[0];
  EXPECT_EQ(std::string_view(key.fingerprint).size(), 8U);
  for (const char* text : {key.fingerprint, key.reason, key.label, key.id, key.state})
    EXPECT_THAT(text, Not(HasSubstr(home_.key().substr(0, 12))));
  patchbay_keys_free(keys);
}

}  // namespace
}  // namespace patchbay::testing
