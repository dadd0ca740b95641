# Bundles the console with what script/bootstrap fetched from npm; sets page_source_file to the C++ source that holds it.
set(console_web ${CMAKE_CURRENT_LIST_DIR})
set(page_source_file ${CMAKE_CURRENT_BINARY_DIR}/console_page.cpp)
if(NOT EXISTS ${console_web}/node_modules/vite)
  message(FATAL_ERROR "The staff's console is bundled with npm packages that are missing: run script/bootstrap.")
endif()
find_program(NODE node REQUIRED)
file(GLOB_RECURSE console_web_inputs CONFIGURE_DEPENDS
  ${console_web}/src/*.tsx ${console_web}/src/*.ts ${console_web}/src/*.css ${console_web}/src/*.json)
# The types of the API are made and checked by the tests; the bundle does not hold them.
list(FILTER console_web_inputs EXCLUDE REGEX "/schema\\.d\\.ts$")
list(APPEND console_web_inputs ${console_web}/index.html ${console_web}/vite.config.mjs ${console_web}/public/icon.svg
  ${console_web}/tools/build.mjs ${console_web}/tools/texts.mjs ${console_web}/tools/used_styles.mjs ${console_web}/package-lock.json)
add_custom_command(
  OUTPUT ${page_source_file}
  COMMAND ${NODE} ${console_web}/tools/build.mjs --folder ${CMAKE_CURRENT_BINARY_DIR}/page --cpp ${page_source_file}
  DEPENDS ${console_web_inputs}
  COMMENT "Bundling the staff's console"
  VERBATIM)
