// Where each text of the catalogue is used, and which screens she sees without a PIN. Inside this room.
#pragma once

#include <string>
#include <vector>

#include "proof/proof.hpp"

namespace mlango::proof {

struct text_use {
    templates::text_id text = 0;
    templates::screen_index screen = templates::no_screen;  // no_screen: C++ code names it
    std::string place;                                      // "phone", "phones.rows", "sms.request"
};

// What a fault calls it: the screen, or "texts.KEY" where no screen shows it.
[[nodiscard]] std::string name_of(const text_use& use, const templates::edition& made);

// Every use; a text that nothing uses is not in it.
[[nodiscard]] std::vector<text_use> uses_of(const templates::edition& made);

// The texts that C++ code names by itself: whole keys, and beginnings that end with a point.
[[nodiscard]] std::span<const std::string_view> texts_named_in_code();

// By screen: whether she can come there without having given a PIN.
[[nodiscard]] std::vector<bool> open_screens(const templates::menu& screens);
// By screen: whether she can come there by USSD, and whether it opens by SMS, where there is never a PIN.
[[nodiscard]] std::vector<bool> ussd_screens(const templates::menu& screens);
[[nodiscard]] std::vector<bool> sms_screens(const templates::menu& screens);
// By screen: whether a session can begin with it, so that there is no way back from it.
[[nodiscard]] std::vector<bool> first_screens(const templates::menu& screens);

// The texts of a screen, without its rows; what stands instead of it; and the flags of its options.
struct screen_texts {
    std::vector<templates::text_id> shown;
    std::vector<std::string> flags;
};
[[nodiscard]] screen_texts texts_of(const templates::screen& screen);

}  // namespace mlango::proof
