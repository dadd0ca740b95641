# A room is a folder, a static library and a list of the rooms it may call. The list is the architecture: a room
# that is not named cannot be linked, and tests/architecture checks that it cannot be included either.

add_library(mlango_options INTERFACE)
target_include_directories(mlango_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(mlango_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion -Wimplicit-fallthrough
  -Wno-gnu-zero-variadic-macro-arguments)
target_compile_definitions(mlango_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_BEAST_USE_STD_STRING_VIEW)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Without time stamps ccache can share the precompiled header.
  target_compile_options(mlango_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
  target_link_options(mlango_options INTERFACE -fuse-ld=mold)
endif()
if(MLANGO_PROFILE STREQUAL "gather")
  target_compile_options(mlango_options INTERFACE -fprofile-generate -fprofile-update=atomic)
  target_link_options(mlango_options INTERFACE -fprofile-generate)
elseif(MLANGO_PROFILE)
  # What a hop runs lies together, and what it never runs lies elsewhere: most of its time was waiting for instructions.
  target_compile_options(mlango_options INTERFACE -fprofile-use=${MLANGO_PROFILE} -Wno-profile-instr-out-of-date
    -Wno-profile-instr-unprofiled -flto=thin -fno-plt)
  target_link_options(mlango_options INTERFACE -flto=thin -fuse-ld=lld -Wl,--thinlto-jobs=2
    -Wl,-z,keep-text-section-prefix -Wl,-z,now)
endif()
if(NOT MLANGO_SANITIZE)
  # Asio would keep coroutine frames for reuse, and gets those that it has none of by aligned_alloc: mimalloc's plain
  # allocation is the shorter way.
  target_compile_definitions(mlango_options INTERFACE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
endif()
if(MLANGO_SANITIZE)
  # -O1: the walks through every screen take a fifth of the time, the build a third more.
  set(fully "$<NOT:$<BOOL:$<TARGET_PROPERTY:MLANGO_LIGHTLY_SANITIZED>>>")
  target_compile_options(mlango_options INTERFACE "-fsanitize=address$<${fully}:$<COMMA>undefined>"
    "$<${fully}:-fno-sanitize-recover=undefined>" -fno-omit-frame-pointer "$<${fully}:-O1>")
  if(MLANGO_FUZZ)
    # The fuzzer is led by what the rooms execute, so they need its counters, not only the harness.
    target_compile_options(mlango_options INTERFACE "$<${fully}:-fsanitize=fuzzer-no-link>")
  endif()
  target_link_options(mlango_options INTERFACE -fsanitize=address,undefined)
endif()

# mlango_lightly_sanitized(<target>): where the rooms are sanitized, what drives them (tests, the command line) keeps the
# address sanitizer alone, without optimisation: it compiles in a third of the time.
function(mlango_lightly_sanitized target)
  set_target_properties(${target} PROPERTIES MLANGO_LIGHTLY_SANITIZED ON)
endfunction()

# mlango_room(<name> [DEPENDS rooms and libraries…]): every .cpp below the folder becomes lib<name>.
function(mlango_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC mlango_options ${ROOM_DEPENDS})
  if(NOT name STREQUAL "base")
    target_precompile_headers(${name} REUSE_FROM base)
  endif()
endfunction()

# mlango_embed(<room> PAGE files… [DESCRIPTIONS files…]): they become arrays in the program, so that it needs no folder
# beside it.
function(mlango_embed room)
  cmake_parse_arguments(EMBED "" "" "PAGE;DESCRIPTIONS" ${ARGN})
  set(embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded_files.cpp)
  add_custom_command(
    OUTPUT ${embedded}
    COMMAND ${CMAKE_COMMAND} -DROOM=${room} -DOUTPUT=${embedded} "-DPAGE=${EMBED_PAGE}"
      "-DDESCRIPTIONS=${EMBED_DESCRIPTIONS}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${EMBED_PAGE} ${EMBED_DESCRIPTIONS} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    VERBATIM)
  target_sources(${room} PRIVATE ${embedded})
endfunction()
