#include "core/store/statement.hpp"

#include "core/store/sqlite_error.hpp"

#include <sqlite3.h>

namespace patchbay::store {
namespace {

void remember(int& first, int result) {
  if (first == SQLITE_OK) first = result;
}

// Something to point at: SQLite takes a null pointer for NULL.
constexpr char nothing = 0;

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* handle) const noexcept {
  sqlite3_finalize(handle);
}

Result<Statement> Statement::prepare(Database& database, std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  const char* const begin = sql.data();
  const int size = static_cast<int>(sql.size());
  database.wait_anew();
  if (sqlite3_prepare_v2(database.handle(), begin, size, &prepared, &rest) != SQLITE_OK)
    return connection_error(database.handle(), "cannot use the database");
  Statement statement(prepared);
  const std::string_view tail(rest, static_cast<std::size_t>(begin + size - rest));
  if (prepared == nullptr || tail.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return Error{ErrorCode::Internal, "not one SQL statement: " + std::string(sql), {}, {}};
  return statement;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  const char* data = text.data() == nullptr ? &nothing : text.data();
  remember(bind_result_,
           sqlite3_bind_text64(
               handle_.get(), parameter, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  remember(bind_result_, sqlite3_bind_int64(handle_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  remember(bind_result_, sqlite3_bind_double(handle_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::span<const std::uint8_t> blob) {
  const void* data = blob.data() == nullptr ? static_cast<const void*>(&nothing) : blob.data();
  remember(bind_result_,
           sqlite3_bind_blob64(handle_.get(), parameter, data, blob.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  remember(bind_result_, sqlite3_bind_null(handle_.get(), parameter));
  return *this;
}

Result<bool> Statement::step() {
  if (bind_result_ != SQLITE_OK)
    return Error{ErrorCode::Store,
                 "a value cannot be stored: " + std::string(sqlite3_errstr(bind_result_)),
                 {},
                 {}};
  const int result = sqlite3_step(handle_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return connection_error(sqlite3_db_handle(handle_.get()), "cannot use the database");
}

Status Statement::run() {
  while (PATCHBAY_TRY(step())) {
  }
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  bind_result_ = SQLITE_OK;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(handle_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::span<const std::uint8_t> Statement::blob(int column) const {
  const auto* blob = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_.get(), column));
  if (blob == nullptr) return {};
  return {blob, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return std::string(text(column));
}

}  // namespace patchbay::store
