// What every test needs (CMake compiles it once, as tests are compiled).
#pragma once

#include "base/precompiled.hpp"

#include <gtest/gtest.h>
