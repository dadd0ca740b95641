#include "console/people/region.hpp"

#include <unicode/uloc.h>

#include <map>

namespace mlango::console {

namespace {

std::map<std::string, std::string, std::less<>> all_regions() {
    std::map<std::string, std::string, std::less<>> regions;
    for (const char* const* one = uloc_getISOCountries(); *one != nullptr; ++one)
        regions.emplace(uloc_getISO3Country((std::string("und_") + *one).c_str()), *one);
    return regions;
}

}  // namespace

std::string region_of(std::string_view alpha3) {
    static const auto regions = all_regions();
    const auto found = regions.find(alpha3);
    return found == regions.end() ? std::string() : found->second;
}

}  // namespace mlango::console
