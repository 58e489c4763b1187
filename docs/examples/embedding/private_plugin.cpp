// An application that brings a plugin of its own, which no other program sees.
//   private_plugin HOME FOLDER WORDS
#include <patchbay/host.hpp>

#include <cstdio>

namespace embed = patchbay::embed;

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  embed::HostOptions options;
  options.home = argv[1];
  options.plugin_directory = argv[2];
  auto host = embed::Host::open(std::move(options));
  if (!host.ok()) {
    std::fprintf(stderr, "%s\n", host.error().message.c_str());
    return 1;
  }
  embed::Request request;
  request.operation = embed::Operation::Chat;
  request.provider = "shouting";
  request.prompt = argv[3];
  const auto answer = host.value().ask(request);
  if (!answer.ok()) {
    std::fprintf(stderr, "%s\n", answer.error().message.c_str());
    return 1;
  }
  std::printf("%s\n", answer.value().text.c_str());
  return 0;
}
