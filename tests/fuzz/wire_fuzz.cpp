// Frames of a worker that a plugin has taken over. The first byte says what the rest is read as;
// half of it is what was lent.
#include "host/engine/contract.hpp"
#include "host/worker/wire_action.hpp"
#include "host/worker/wire_input.hpp"
#include "host/worker/wire_request.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

namespace host = patchbay::host;
namespace wire = host::wire;
using patchbay::fuzz::require;

void read_action(std::string_view body, wire::Lent lent) {
  wire::Reader reader(body, lent);
  wire::ReadAction read;
  if (!read.read(reader) || !host::check_payload(read.get()).ok()) return;
  // What passed is written again, and is the same: every pointer of it is read.
  wire::Writer writer(wire::Kind::Action, lent);
  require(wire::write_action(writer, read.get()).empty(), "an action that was read is not written");
  const std::string again = writer.take();
  wire::Reader second(std::string_view(again).substr(sizeof(wire::Head)), lent);
  wire::ReadAction read_again;
  require(read_again.read(second), "an action that was written is not read");
  require(read_again.get().kind == read.get().kind, "another kind");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string lent(rest.substr(rest.size() / 2));
  wire::Reader reader(rest, lent);
  switch (data[0] % 3) {
    case 0: read_action(rest, lent); break;
    case 1: {
      wire::ReadInput input;
      static_cast<void>(input.read(reader));
      break;
    }
    default: {
      wire::ReadRequest request;
      static_cast<void>(request.read(reader));
      break;
    }
  }
  return 0;
}
