// What every command needs (CMake compiles it once).
#pragma once

#include "base/precompiled.hpp"

#include <CLI/CLI.hpp>
