#include "core/net/address.hpp"
#include "core/net/http_server.hpp"

#include <algorithm>

namespace patchbay::net {

std::string_view ServerRequest::header(std::string_view lower_case_name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const Header& header) {
    return header.name == lower_case_name;
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::string ServerRequest::query(std::string_view name) const {
  const std::size_t question = target.find('?');
  if (question == std::string::npos) return {};
  std::string_view rest = std::string_view(target).substr(question + 1);
  while (!rest.empty()) {
    const std::string_view parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
    const std::size_t equals = parameter.find('=');
    if (percent_decoded(parameter.substr(0, equals)) != name) continue;
    std::string value(equals == std::string_view::npos ? "" : parameter.substr(equals + 1));
    std::replace(value.begin(), value.end(), '+', ' ');
    return percent_decoded(value).value_or("");
  }
  return {};
}

void Responder::answer(unsigned status, std::string_view content_type, std::string body) {
  std::vector<Header> headers;
  if (!content_type.empty()) headers.push_back({"Content-Type", std::string(content_type)});
  headers.push_back({"Content-Length", std::to_string(body.size())});
  begin(status, std::move(headers));
  if (!body.empty()) write(std::move(body), nullptr);
  finish();
}

}  // namespace patchbay::net
