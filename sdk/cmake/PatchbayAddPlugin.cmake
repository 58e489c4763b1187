# patchbay_add_plugin(<name> SOURCES <file>...)
# Builds NAME.so, which exports patchbay_plugin_v1 alone and binds all it needs when it is loaded.
# It lands in PATCHBAY_PLUGIN_OUTPUT_DIRECTORY where that is set.
set(PATCHBAY_PLUGIN_VERSION_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/patchbay_plugin.map")

function(patchbay_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "patchbay_add_plugin(${name}): SOURCES names no file")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE patchbay::sdk)
  # A project may be of C alone, or of C++ alone.
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("C" IN_LIST languages)
    target_compile_features(${name} PRIVATE c_std_11)
  endif()
  if("CXX" IN_LIST languages)
    target_compile_features(${name} PRIVATE cxx_std_20)
  endif()
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX ".so"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS "${PATCHBAY_PLUGIN_VERSION_SCRIPT}")
  if(PATCHBAY_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY "${PATCHBAY_PLUGIN_OUTPUT_DIRECTORY}")
  endif()

  # Unique symbols would be shared between plugins in spite of RTLD_LOCAL. clang makes none.
  target_compile_options(${name} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${name} PRIVATE -Wl,-z,now
    "-Wl,--version-script=${PATCHBAY_PLUGIN_VERSION_SCRIPT}")
  # clang leaves the sanitizers' symbols to the program that loads the plugin.
  set(flags "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_RELWITHDEBINFO} ${CMAKE_CXX_FLAGS_DEBUG}")
  if(NOT (CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND flags MATCHES "-fsanitize="))
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
