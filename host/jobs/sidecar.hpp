// The account of one image, beside it as FILE.json: what was asked, of whom, and what came. It
// holds nothing of the exchange but what the adapter reported: no header and no key.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/engine/image_sink.hpp"
#include "host/jobs/image_place.hpp"
#include "host/request.hpp"
#include "host/runner.hpp"

#include <cstdint>
#include <filesystem>

namespace patchbay::host {

struct SidecarFacts {
  const SavedImage& image;
  const Request& request;
  const RunReport& run;
  std::int64_t unix_ms;  // when it was made
};
[[nodiscard]] json::Value sidecar_document(const SidecarFacts& facts);

// Whole or absent, as the image itself; where it lies. Errors: Output, AlreadyExists.
[[nodiscard]] Result<std::filesystem::path> write_sidecar(const SidecarFacts& facts,
                                                          const ImagePlace& place);

// Shared with what `--json` says of an image.
[[nodiscard]] json::Value document_of(const SavedImage& image);
[[nodiscard]] json::Value document_of(const Usage& usage);

}  // namespace patchbay::host
