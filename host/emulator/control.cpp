#include "host/emulator/control.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::string_view json_type = "application/json";

Reply json_reply(unsigned status, const json::Value& value) {
  return make_reply(status, json_type, json::write(value, json::Layout::Indented) + "\n");
}

Reply refused(unsigned status, std::string_view why) {
  json::Value document;
  document.set("error", why);
  return json_reply(status, document);
}

Reply set_faults(const std::string& body, const ControlActions& actions) {
  constexpr std::string_view usage = R"(the body must be {"faults": ["NAME", …]})";
  const Result<json::Value> document = json::parse(body);
  if (!document.ok()) return refused(400, document.error().message);
  const json::Value* list = document.value().find("faults");
  if (list == nullptr || list->array() == nullptr) return refused(400, usage);
  std::vector<std::string> faults;
  for (const json::Value& item : *list->array()) {
    if (item.string() == nullptr) return refused(400, usage);
    faults.push_back(*item.string());
  }
  const Status set = actions.set_faults(faults);
  if (!set.ok()) return refused(400, set.error().message);
  return json_reply(200, document.value());
}

}  // namespace

json::Value counts_document(const Counts& counts, std::span<const KeyCounts> keys) {
  json::Value document;
  document.set("requests", counts.requests);
  document.set("billed", counts.billed);
  document.set("images", counts.images);
  document.set("refused_credentials", counts.refused_credentials);
  document.set("faulted", counts.faulted);
  document.set("concurrent", counts.concurrent);
  document.set("peak_concurrent", counts.peak_concurrent);
  json::Value list{json::Array{}};
  for (const KeyCounts& key : keys) {
    json::Value item;
    item.set("provider", key.provider);
    item.set("key", key.key);
    item.set("requests", key.requests);
    item.set("billed", key.billed);
    item.set("images", key.images);
    item.set("refused", key.refused);
    item.set("cost_usd", key.cost_usd);
    list.append(std::move(item));
  }
  document.set("keys", std::move(list));
  return document;
}

Reply answer_control(const net::ServerRequest& request, const ControlActions& actions) {
  const std::string_view name =
      std::string_view(request.path).substr(std::min(request.path.size(), control_path.size()));
  if (name == "/counts" && request.method == "GET") return json_reply(200, actions.counts());
  if (name == "/counts" && request.method == "DELETE") {
    actions.reset();
    return json_reply(200, actions.counts());
  }
  if (name == "/faults" && request.method == "PUT") return set_faults(request.body, actions);
  return refused(404, "the emulator has GET and DELETE /emulator/counts, and PUT /emulator/faults");
}

}  // namespace patchbay::emulator
