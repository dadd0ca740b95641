# Bundles the page with what script/bootstrap fetched from npm; sets page_files to the outputs.
set(page_source ${CMAKE_CURRENT_LIST_DIR})
set(page_folder ${CMAKE_CURRENT_BINARY_DIR}/page)
if(NOT EXISTS ${page_source}/node_modules/esbuild)
  message(FATAL_ERROR "The page /verify is bundled with npm packages that are missing: run script/bootstrap.")
endif()
find_program(NODE node REQUIRED)
file(GLOB page_inputs CONFIGURE_DEPENDS ${page_source}/src/*.js)
list(APPEND page_inputs ${page_source}/verify.html ${page_source}/verify.css ${page_source}/verify.webmanifest
  ${page_source}/icon.svg ${page_source}/build.mjs ${page_source}/package-lock.json)
set(page_files "")
foreach(name verify.html verify.css verify.js qr.js sw.js icon.svg verify.webmanifest)
  list(APPEND page_files ${page_folder}/${name})
endforeach()
add_custom_command(
  OUTPUT ${page_files}
  COMMAND ${NODE} ${page_source}/build.mjs ${page_folder}
  DEPENDS ${page_inputs}
  VERBATIM)
