// The national tables of 3GPP TS 23.038 annex A.
//
// The nine Indic scripts share one plan: Unicode lays out their blocks alike (after ISCII), and so do the tables. A
// table is therefore told by its block, by which places of the plan its script leaves empty, and by what stands outside
// of it.
#include "gsm/gsm7_tables.hpp"

#include <initializer_list>

namespace mlango::gsm {
namespace {

struct placed {
    std::uint8_t code;
    std::u16string_view characters;  // from that code on
};

constexpr code_table with(code_table table, std::initializer_list<placed> changes) {
    for (const placed& run : changes) {
        std::size_t code = run.code;
        for (const char16_t c : run.characters) table[code++] = c;
    }
    return table;
}

// ── Locking shift, A.3 ───────────────────────────────────────────────────────────────────────────────────────────────

constexpr code_table turkish_locking =
    with(default_table, {{0x04, u"€"}, {0x07, u"ı"}, {0x0B, u"Ğğ"}, {0x1C, u"Şş"}, {0x40, u"İ"}, {0x60, u"ç"}});

constexpr code_table portuguese_locking = with(default_table, {{0x04, u"êéúíóç"},
                                                               {0x0B, u"Ôô"},
                                                               {0x0E, u"Áá"},
                                                               {0x12, u"ªÇÀ∞^\\€Ó|"},
                                                               {0x1C, u"ÂâÊÉ"},
                                                               {0x24, u"º"},
                                                               {0x40, u"Í"},
                                                               {0x5B, u"ÃÕÚ"},
                                                               {0x60, u"~"},
                                                               {0x7B, u"ãõ`"}});

// Codes in the order of the block: signs and vowels, consonants, dependent vowels. Distances from the block's start.
struct plan_run {
    std::uint8_t code, first, last;
};
constexpr plan_run indic_plan[] = {
    {0x00, 0x01, 0x03}, {0x03, 0x05, 0x0B}, {0x0B, 0x0C, 0x0D}, {0x0E, 0x0E, 0x1A},
    {0x1C, 0x1B, 0x1E}, {0x22, 0x1F, 0x24}, {0x2A, 0x25, 0x26}, {0x2D, 0x27, 0x27},
    {0x2F, 0x28, 0x28}, {0x3C, 0x29, 0x2B}, {0x40, 0x2C, 0x39}, {0x4E, 0x3C, 0x4D},
};

constexpr code_table indic_locking(char16_t block, std::initializer_list<std::uint8_t> empty, char16_t before_letters,
                                   std::u16string_view after_letters) {
    code_table table{};
    for (const plan_run& run : indic_plan) {
        for (unsigned at = run.first; at <= run.last; ++at) {
            table[run.code + at - run.first] = static_cast<char16_t>(block + at);
        }
    }
    for (char16_t& c : table) {
        for (const std::uint8_t at : empty) {
            if (c == block + at) c = 0;
        }
    }
    table[0x60] = before_letters;
    for (std::size_t i = 0; i < 26; ++i) table[0x61 + i] = static_cast<char16_t>(u'a' + i);
    for (std::size_t i = 0; i < 10; ++i) table[0x30 + i] = static_cast<char16_t>(u'0' + i);
    return with(table, {{0x0A, u"\n"},
                        {0x0D, u"\r"},
                        {0x20, u" !"},
                        {0x28, u")("},
                        {0x2C, u","},
                        {0x2E, u"."},
                        {0x3A, u":;"},
                        {0x3F, u"?"},
                        {0x7B, after_letters}});
}

constexpr code_table bengali_locking =
    indic_locking(0x0980, {0x0D, 0x0E, 0x11, 0x12, 0x29, 0x31, 0x33, 0x34, 0x35, 0x45, 0x46, 0x49, 0x4A}, u'\u09CE',
                  u"\u09D7\u09DC\u09DD\u09F0\u09F1");
constexpr code_table gujarati_locking =
    indic_locking(0x0A80, {0x0E, 0x12, 0x29, 0x31, 0x34, 0x46, 0x4A}, u'\u0AD0', u"\u0AE0\u0AE1\u0AE2\u0AE3\u0AF1");
constexpr code_table hindi_locking = indic_locking(0x0900, {}, u'\u0950', u"\u0972\u097B\u097C\u097E\u097F");
constexpr code_table kannada_locking =
    indic_locking(0x0C80, {0x01, 0x0D, 0x11, 0x29, 0x34, 0x45, 0x49}, u'\u0CD5', u"\u0CD6\u0CE0\u0CE1\u0CE2\u0CE3");
constexpr code_table malayalam_locking =
    indic_locking(0x0D00, {0x01, 0x0D, 0x11, 0x29, 0x3C, 0x45, 0x49}, u'\u0D57', u"\u0D60\u0D61\u0D62\u0D63\u0D79");
constexpr code_table oriya_locking =
    indic_locking(0x0B00, {0x0D, 0x0E, 0x11, 0x12, 0x29, 0x31, 0x34, 0x45, 0x46, 0x49, 0x4A}, u'\u0B56',
                  u"\u0B57\u0B60\u0B61\u0B62\u0B63");
constexpr code_table punjabi_locking = indic_locking(
    0x0A00, {0x0B, 0x0C, 0x0D, 0x0E, 0x11, 0x12, 0x29, 0x31, 0x34, 0x37, 0x3D, 0x43, 0x44, 0x45, 0x46, 0x49, 0x4A},
    u'\u0A51', u"\u0A70\u0A71\u0A72\u0A73\u0A74");
constexpr code_table tamil_locking =
    indic_locking(0x0B80, {0x01, 0x0B, 0x0C, 0x0D, 0x11, 0x16, 0x17, 0x18, 0x1B, 0x1D, 0x20, 0x21, 0x22,
                           0x25, 0x26, 0x27, 0x2B, 0x2C, 0x2D, 0x3C, 0x3D, 0x43, 0x44, 0x45, 0x49},
                  u'\u0BD0', u"\u0BD7\u0BF0\u0BF1\u0BF2\u0BF9");
constexpr code_table telugu_locking =
    indic_locking(0x0C00, {0x0D, 0x11, 0x29, 0x34, 0x3C, 0x45, 0x49}, u'\u0C55', u"\u0C56\u0C60\u0C61\u0C62\u0C63");

constexpr code_table urdu_locking = table_of(
    u"\u0627\u0622\u0628\u067B\u0680\u067E\u06A6\u062A\u06C2\u067F\n\u0679\u067D\r\u067A\u067C"
    u"\u062B\u062C\u0681\u0684\u0683\u0685\u0686\u0687\u062D\u062E\u062F\x1B\u068C\u0688\u0689\u068A"
    u" !\u068F\u068D\u0630\u0631\u0691\u0693)(\u0699\u0632,\u0696.\u0698"
    u"0123456789:;\u069A\u0633\u0634?"
    u"\u0635\u0636\u0637\u0638\u0639\u0641\u0642\u06A9\u06AA\u06AB\u06AF\u06B3\u06B1\u0644\u0645\u0646"
    u"\u06BA\u06BB\u06BC\u0648\u06C4\u06D5\u06C1\u06BE\u0621\u06CC\u06D0\u06D2\u064D\u0650\u064F\u0657"
    u"\u0654abcdefghijklmno"
    u"pqrstuvwxyz\u0655\u0651\u0653\u0656\u0670");

// ── Single shift, A.2 ────────────────────────────────────────────────────────────────────────────────────────────────

constexpr code_table turkish_single =
    with(extension_table,
         {{0x47, u"Ğ"}, {0x49, u"İ"}, {0x53, u"Ş"}, {0x63, u"ç"}, {0x67, u"ğ"}, {0x69, u"ı"}, {0x73, u"ş"}});

constexpr code_table spanish_single = with(extension_table, {{0x09, u"ç"},
                                                             {0x41, u"Á"},
                                                             {0x49, u"Í"},
                                                             {0x4F, u"Ó"},
                                                             {0x55, u"Ú"},
                                                             {0x61, u"á"},
                                                             {0x69, u"í"},
                                                             {0x6F, u"ó"},
                                                             {0x75, u"ú"}});

constexpr code_table portuguese_single = with(extension_table, {{0x05, u"ê"},
                                                                {0x09, u"ç"},
                                                                {0x0B, u"Ôô"},
                                                                {0x0E, u"Áá"},
                                                                {0x12, u"ΦΓ"},
                                                                {0x15, u"ΩΠΨΣΘ"},
                                                                {0x1F, u"Ê"},
                                                                {0x41, u"À"},
                                                                {0x49, u"Í"},
                                                                {0x4F, u"Ó"},
                                                                {0x55, u"Ú"},
                                                                {0x5B, u"ÃÕ"},
                                                                {0x61, u"Â"},
                                                                {0x69, u"í"},
                                                                {0x6F, u"ó"},
                                                                {0x75, u"ú"},
                                                                {0x7B, u"ãõ"},
                                                                {0x7F, u"â"}});

// What the ten scripts' tables have alike: signs that their locking tables lack, and capital letters.
constexpr code_table script_single(std::initializer_list<placed> own) {
    code_table table = extension_table;
    for (std::size_t i = 0; i < 26; ++i) table[0x41 + i] = static_cast<char16_t>(u'A' + i);
    return with(with(table, {{0x00, u"@£$¥¿\"¤%&'"}, {0x0B, u"*+"}, {0x0E, u"-/"}, {0x10, u"<=>¡^¡_#*"}}), own);
}

// Danda and double danda, and the digits (in two runs, around the escape): all but three scripts have them so.
constexpr code_table indic_single(char16_t zero, std::initializer_list<placed> own) {
    code_table table = script_single({{0x19, u"\u0964\u0965"}});
    for (std::size_t i = 0; i < 10; ++i) table[0x1C + i] = static_cast<char16_t>(zero + i);
    return with(table, own);
}

constexpr code_table bengali_single = script_single({{0x19, u"\u09E6\u09E7"},
                                                     {0x1C, u"\u09E8\u09E9\u09EA\u09EB\u09EC\u09ED\u09EE\u09EF"},
                                                     {0x24, u"\u09DF\u09E0\u09E1\u09E2"},
                                                     {0x2A, u"\u09E3\u09F2\u09F3\u09F4\u09F5"},
                                                     {0x30, u"\u09F6\u09F7\u09F8\u09F9\u09FA"}});
constexpr code_table gujarati_single = indic_single(u'\u0AE6', {});
constexpr code_table hindi_single =
    indic_single(u'\u0966', {{0x26, u"\u0951\u0952"},
                             {0x2A, u"\u0953\u0954\u0958\u0959\u095A"},
                             {0x30, u"\u095B\u095C\u095D\u095E\u095F\u0960\u0961\u0962\u0963\u0970\u0971"}});
constexpr code_table kannada_single = indic_single(u'\u0CE6', {{0x26, u"\u0CDE\u0CF1"}, {0x2A, u"\u0CF2"}});
constexpr code_table malayalam_single = indic_single(
    u'\u0D66',
    {{0x26, u"\u0D70\u0D71"}, {0x2A, u"\u0D72\u0D73\u0D74\u0D75\u0D7A"}, {0x30, u"\u0D7B\u0D7C\u0D7D\u0D7E\u0D7F"}});
constexpr code_table oriya_single = indic_single(u'\u0B66', {{0x26, u"\u0B5C\u0B5D"}, {0x2A, u"\u0B5F\u0B70\u0B71"}});
constexpr code_table punjabi_single =
    indic_single(u'\u0A66', {{0x26, u"\u0A59\u0A5A"}, {0x2A, u"\u0A5B\u0A5C\u0A5E\u0A75"}});
constexpr code_table tamil_single =
    indic_single(u'\u0BE6', {{0x26, u"\u0BF3\u0BF4"}, {0x2A, u"\u0BF5\u0BF6\u0BF7\u0BF8\u0BFA"}});
constexpr code_table telugu_single = indic_single(u'\u0C66', {{0x19, std::u16string_view(u"\0\0", 2)},
                                                              {0x26, u"\u0C58\u0C59"},
                                                              {0x2A, u"\u0C78\u0C79\u0C7A\u0C7B\u0C7C"},
                                                              {0x30, u"\u0C7D\u0C7E\u0C7F"}});
constexpr code_table urdu_single =
    indic_single(u'\u06F0', {{0x19, u"\u0600\u0601"},
                             {0x26, u"\u060C\u060D"},
                             {0x2A, u"\u060E\u060F\u0610\u0611\u0612"},
                             {0x30, u"\u0613\u0614\u061B\u061F\u0640\u0652\u0658\u066B\u066C\u0672\u0673\u06CD"},
                             {0x3F, u"\u06D4"}});

constexpr const code_table* locking_tables[national_languages] = {
    &default_table,      &turkish_locking, &default_table /* A.3.2: void */,
    &portuguese_locking, &bengali_locking, &gujarati_locking,
    &hindi_locking,      &kannada_locking, &malayalam_locking,
    &oriya_locking,      &punjabi_locking, &tamil_locking,
    &telugu_locking,     &urdu_locking,
};
constexpr const code_table* single_tables[national_languages] = {
    &extension_table, &turkish_single, &spanish_single, &portuguese_single, &bengali_single,
    &gujarati_single, &hindi_single,   &kannada_single, &malayalam_single,  &oriya_single,
    &punjabi_single,  &tamil_single,   &telugu_single,  &urdu_single,
};

}  // namespace

const code_table& locking_table(national_language language) {
    return *locking_tables[static_cast<std::size_t>(language)];
}
const code_table& single_shift_table(national_language language) {
    return *single_tables[static_cast<std::size_t>(language)];
}

}  // namespace mlango::gsm
