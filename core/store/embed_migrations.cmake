# Writes migrations/NNNN_name.sql as a C++ source: cmake -DOUTPUT=… -DFILES=a;b -P this.
cmake_minimum_required(VERSION 3.25)
set(rows "")
set(expected 0)
foreach(file IN LISTS FILES)
  get_filename_component(stem "${file}" NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: a migration is named NNNN_name.sql")
  endif()
  set(name "${CMAKE_MATCH_2}")
  math(EXPR version "1${CMAKE_MATCH_1} - 10000")
  math(EXPR expected "${expected} + 1")
  if(NOT version EQUAL expected)
    message(FATAL_ERROR "${file}: the next migration is number ${expected}")
  endif()
  file(READ "${file}" sql)
  file(SHA256 "${file}" checksum)
  string(FIND "${sql}" ")sql\"" end_of_literal)
  if(NOT end_of_literal EQUAL -1)
    message(FATAL_ERROR "${file}: contains the end of the literal that holds it")
  endif()
  set(scope AnyFile)
  if(sql MATCHES "^-- only: own files\n")
    set(scope OwnFiles)
  elseif(sql MATCHES "^-- only:")
    message(FATAL_ERROR "${file}: the only marker is '-- only: own files'")
  endif()
  string(APPEND rows "    Migration{${version}, \"${name}\", R\"sql(${sql})sql\",\n"
    "              \"${checksum}\", MigrationScope::${scope}},\n")
endforeach()
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
#include "core/store/migrator.hpp"

namespace patchbay::store {
namespace {

constexpr Migration migrations[] = {
@rows@};

}  // namespace

std::span<const Migration> embedded_migrations() { return migrations; }

}  // namespace patchbay::store
]])
