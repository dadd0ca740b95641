# Writes OUTPUT, a C++ source that holds the content of the files PAGE and, where a room has any, DESCRIPTIONS;
# embedded_files.hpp of the room ROOM declares what it defines. mlango_embed (rooms.cmake) runs it.
set(type_.html "text/html; charset=utf-8")
set(type_.css "text/css; charset=utf-8")
set(type_.js "text/javascript; charset=utf-8")
set(type_.mjs "text/javascript; charset=utf-8")
set(type_.json "application/json")
set(type_.svg "image/svg+xml")
set(type_.png "image/png")
set(type_.webmanifest "application/manifest+json")

set(arrays "")
set(all_hashes "")
set(index 0)
# An array may not be empty, so that each list begins with a file that no address names.
macro(embed list rows)
  set(${rows} "    {\"\", \"\", {}},\n")
  foreach(file IN LISTS ${list})
    get_filename_component(name ${file} NAME)
    get_filename_component(ending ${file} LAST_EXT)
    if(NOT DEFINED type_${ending})
      message(FATAL_ERROR "${name}: no content type is known for ${ending}")
    endif()
    file(READ ${file} hex HEX)
    file(SHA256 ${file} hash)
    string(APPEND all_hashes "${name}:${hash}\n")
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND arrays "constexpr char file_${index}[] = {${bytes}};\n")
    string(APPEND ${rows} "    {\"${name}\", \"${type_${ending}}\", {file_${index}, sizeof file_${index}}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
endmacro()
embed(PAGE page_rows)
string(SHA256 version "${all_hashes}")
string(SUBSTRING ${version} 0 16 version)
set(descriptions "")
set(description_files "")
if(DESCRIPTIONS)
  embed(DESCRIPTIONS description_rows)
  set(descriptions "constexpr embedded_file descriptions[] = {\n${description_rows}};\n")
  set(description_files
    "std::span<const embedded_file> description_files() { return std::span(descriptions).subspan(1); }\n")
endif()

file(WRITE ${OUTPUT} "#include \"${ROOM}/embedded_files.hpp\"

namespace mlango::${ROOM} {
namespace {

${arrays}
constexpr embedded_file page[] = {
${page_rows}};
${descriptions}
}  // namespace

std::span<const embedded_file> page_files() { return std::span(page).subspan(1); }
${description_files}std::string_view page_version() { return \"${version}\"; }

}  // namespace mlango::${ROOM}
")
