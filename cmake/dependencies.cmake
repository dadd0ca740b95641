# Every library we stand on, found once. Rooms link the imported targets.
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url json)
find_package(ICU 70 REQUIRED COMPONENTS uc i18n)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(prometheus-cpp REQUIRED CONFIG)
find_package(GTest REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(mimalloc 2 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)

# libphonenumber: on Debian 12 its development package would remove Boost 1.81, so script/bootstrap unpacks the
# headers alone into build/deps. Its Boost-free locks are used either way.
add_library(phonenumber INTERFACE)
add_library(mlango::phonenumber ALIAS phonenumber)
if(EXISTS ${CMAKE_SOURCE_DIR}/build/deps/usr/include/phonenumbers/phonenumberutil.h)
  target_include_directories(phonenumber SYSTEM INTERFACE ${CMAKE_SOURCE_DIR}/build/deps/usr/include)
endif()
target_link_libraries(phonenumber INTERFACE -l:libphonenumber.so.8 protobuf)
# The printed card: shaped text on a PDF page, and its QR code.
pkg_check_modules(pangocairo REQUIRED IMPORTED_TARGET pangocairo)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
# Their -pthread would not fit the precompiled header; Threads::Threads says it where it is needed.
set_target_properties(PkgConfig::pangocairo PkgConfig::qrencode PROPERTIES INTERFACE_COMPILE_OPTIONS "")
