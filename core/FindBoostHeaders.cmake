# Boost 1.81 or newer, headers only (DLL, Asio, Beast's parser). PATCHBAY_BOOST_INCLUDE_DIR names a
# folder that has them; `bootstrap` unpacks one where the system's own headers are older.
find_path(PATCHBAY_BOOST_INCLUDE_DIR boost/dll/shared_library.hpp
  HINTS "${PROJECT_SOURCE_DIR}/build/dependencies/boost/usr/include" NO_DEFAULT_PATH)
find_path(PATCHBAY_BOOST_INCLUDE_DIR boost/dll/shared_library.hpp REQUIRED)
file(STRINGS "${PATCHBAY_BOOST_INCLUDE_DIR}/boost/version.hpp" boost_version_line
  REGEX "^#define BOOST_VERSION [0-9]+")
string(REGEX MATCH "[0-9]+" boost_version "${boost_version_line}")
if(boost_version LESS 108100)
  message(FATAL_ERROR "Boost headers in ${PATCHBAY_BOOST_INCLUDE_DIR} are older than 1.81: run ./bootstrap build, "
    "or name newer ones with -DPATCHBAY_BOOST_INCLUDE_DIR=DIR")
endif()

add_library(patchbay_boost INTERFACE)
add_library(patchbay::boost ALIAS patchbay_boost)
target_include_directories(patchbay_boost SYSTEM INTERFACE "${PATCHBAY_BOOST_INCLUDE_DIR}")
target_compile_definitions(patchbay_boost INTERFACE
  BOOST_DLL_USE_STD_FS BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_ARRAY BOOST_ASIO_DISABLE_BOOST_REGEX)
