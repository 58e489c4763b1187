# Writes the files of sdk/template as a C++ source: cmake -DOUTPUT=… -DFOLDER=… -DFILES=a;b -P this.
cmake_minimum_required(VERSION 3.25)
set(rows "")
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" text)
  string(FIND "${text}" ")template\"" end_of_literal)
  if(NOT end_of_literal EQUAL -1)
    message(FATAL_ERROR "${file}: contains the end of the literal that holds it")
  endif()
  string(APPEND rows "    TemplateFile{\"${file}\", R\"template(${text})template\"},\n")
endforeach()
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
#include "host/cli/plugin_project.hpp"

namespace patchbay::cli {
namespace {

constexpr TemplateFile files[] = {
@rows@};

}  // namespace

std::span<const TemplateFile> template_files() { return files; }

}  // namespace patchbay::cli
]])
