# Read by ctest when it runs: where recorded traffic is, unless PATCHBAY_FIXTURES already says so.
# Where there is none the variable stays as it is, and each test that needs it says so again.
cmake_path(SET patchbay_fixtures NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../../shared/fixtures")
if("$ENV{PATCHBAY_FIXTURES}" STREQUAL "" AND IS_DIRECTORY "${patchbay_fixtures}")
  set(ENV{PATCHBAY_FIXTURES} "${patchbay_fixtures}")
endif()
if(NOT IS_DIRECTORY "$ENV{PATCHBAY_FIXTURES}")
  message(NOTICE "NO RECORDED TRAFFIC: tests of it are skipped; PATCHBAY_FIXTURES names its folder")
endif()
