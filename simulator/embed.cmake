# Writes OUTPUT, a C++ source that holds the content of FILES; web_files.hpp declares what it defines.
set(arrays "")
set(rows "")
set(all_hashes "")
set(index 0)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  get_filename_component(ending ${file} LAST_EXT)
  if(ending STREQUAL ".html")
    set(type "text/html; charset=utf-8")
  elseif(ending STREQUAL ".css")
    set(type "text/css; charset=utf-8")
  elseif(ending STREQUAL ".js")
    set(type "text/javascript; charset=utf-8")
  elseif(ending STREQUAL ".svg")
    set(type "image/svg+xml")
  else()
    message(FATAL_ERROR "${name}: no content type is known for ${ending}")
  endif()
  file(READ ${file} hex HEX)
  file(SHA256 ${file} hash)
  string(APPEND all_hashes "${name}:${hash}\n")
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "constexpr char file_${index}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", \"${type}\", {file_${index}, sizeof file_${index}}},\n")
  math(EXPR index "${index} + 1")
endforeach()
string(SHA256 version "${all_hashes}")
string(SUBSTRING ${version} 0 16 version)
file(WRITE ${OUTPUT} "#include \"simulator/web_files.hpp\"

namespace mlango::simulator {
namespace {

${arrays}
constexpr web_file all_files[] = {
${rows}};

}  // namespace

std::span<const web_file> web_files() { return all_files; }
std::string_view web_files_version() { return \"${version}\"; }

}  // namespace mlango::simulator
")
