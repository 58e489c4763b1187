// A home that is only looked at: as much of it as can be opened, and nothing of it made.
#pragma once

#include "core/store/database.hpp"
#include "host/cli/examination.hpp"
#include "host/host.hpp"

#include <memory>
#include <optional>

namespace patchbay::cli {

class Context;

struct ExaminedHome {
  ExaminedHome() = default;
  ExaminedHome(const ExaminedHome&) = delete;
  ExaminedHome& operator=(const ExaminedHome&) = delete;
  ~ExaminedHome() = default;

  host::HomeFacts facts;
  host::VaultIdentity identity;
  // Set where the database is of this program's schema.
  std::optional<store::Database> database;
  std::optional<host::Registry> registry;
  std::optional<host::Vault> vault;
  std::unique_ptr<host::Catalog> catalog;  // always set
};

// Folders, patchbay.toml, database, key files; opens what can be opened. Errors: where no home can
// be told at all, or nothing be looked for.
[[nodiscard]] Status examine_home(Context& context, Examination& examination, ExaminedHome& home);

// What was found and refused, and whether each provider and its keys can be used.
void examine_plugins(Examination& examination, const ExaminedHome& home);
void examine_providers(Examination& examination, const ExaminedHome& home);

// The names of the providers that there are, or would be: sorted, each once.
[[nodiscard]] std::vector<std::string> provider_names(const ExaminedHome& home);

}  // namespace patchbay::cli
