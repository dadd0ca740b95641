// IPA: the framing that GSUP and the HLR's control interface travel in (Osmocom, "IPA multiplex"; 3GPP has no part in
// it), and CCM, the handshake and the pings of a connection. Values view the octets that they were read from. Callers:
// gsup::link, subscriber_codec. Not here: what a GSUP message says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::gsm::gsup {

enum class stream : std::uint8_t {  // open: a peer may use any
    ccm = 0xFE,
    osmo = 0xEE,  // its payload begins with an extension octet
};
namespace extension {
inline constexpr char control = 0x00;
inline constexpr char gsup = 0x05;
}  // namespace extension

struct ipa_frame {
    stream on{};
    std::string_view payload;
};

inline constexpr std::size_t ipa_header_size = 3;
inline constexpr std::size_t default_frame_limit = 4'096;  // octets of payload; an HLR's longest are a few hundred

// The announced payload is longer than the limit: nothing behind it can be read, close.
struct frame_too_long {};

// Takes the next frame off the front of `octets`; nullopt: it is not all there yet.
[[nodiscard]] std::expected<std::optional<ipa_frame>, frame_too_long> take_frame(
    std::string_view& octets, std::size_t limit = default_frame_limit);
// Precondition: at most 65,535 octets of payload.
void append_frame(std::string& into, stream on, std::string_view payload);
void append_frame(std::string& into, char extension, std::string_view payload);

// The payload behind the extension octet; nullopt when it is another extension, or the frame no such stream's.
[[nodiscard]] std::optional<std::string_view> payload_of(const ipa_frame& frame, char extension);

// ---- CCM
// -------------------------------------------------------------------------------------------------------------

enum class ccm : std::uint8_t { ping = 0, pong = 1, id_get = 4, id_resp = 5, id_ack = 6 };

// nullopt: empty.
[[nodiscard]] std::optional<ccm> ccm_of(std::string_view payload);
void append_ccm(std::string& into, ccm what);

enum class identity : std::uint8_t {
    serial_number = 0x00,  // the name that an HLR routes by
    unit_name = 0x01,
    unit_id = 0x08,  // without it osmo-hlr 1.5 drops the peer
};

// The tags that an ID_GET asks for, in order; unknown ones, too. nullopt: not of the form.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> requested_identities(std::string_view payload);

// An ID_RESP with serial number and unit name, both `name` and a NUL, and unit id "0/0/0". Precondition: `name` has at
// most 100 octets.
void append_identity(std::string& into, std::string_view name);

}  // namespace mlango::gsm::gsup
