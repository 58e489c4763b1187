// What a run gave, in the form that the application reads.
#pragma once

#include "host/embedding/image_memory.hpp"
#include "host/engine/sink.hpp"
#include "host/runner.hpp"
#include <patchbay/host.h>

#include <string>
#include <vector>

namespace patchbay::embedding {

struct AnswerParts {
  host::RunReport report;
  std::string text;
  std::vector<ImageInMemory> images;  // without their bytes, where those went elsewhere
  std::vector<host::ListedModel> models;
  std::vector<std::string> states;
};

[[nodiscard]] patchbay_run_usage usage_of(const host::Usage& usage);
// Points into the image; without its bytes.
[[nodiscard]] patchbay_run_image image_of(const host::SavedImage& image, std::size_t index);

// Owns all that its struct points to; stays where it is.
class Answer {
 public:
  explicit Answer(AnswerParts parts);
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  [[nodiscard]] const patchbay_answer& get() const { return answer_; }

 private:
  void fill_lists();

  const AnswerParts parts_;
  const patchbay_run_usage usage_;
  std::vector<patchbay_run_image> images_;
  std::vector<const patchbay_run_image*> image_list_;
  std::vector<patchbay_run_model> models_;
  std::vector<const patchbay_run_model*> model_list_;
  std::vector<patchbay_run_state> states_;
  std::vector<patchbay_run_pair> meta_;
  patchbay_answer answer_{};
};

}  // namespace patchbay::embedding
