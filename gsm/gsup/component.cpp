#include "gsm/gsup/component.hpp"

namespace mlango::gsm::gsup {
namespace {

namespace tag {
constexpr std::uint8_t integer = 0x02;  // invoke id, operation, error code
constexpr std::uint8_t octet_string = 0x04;
constexpr std::uint8_t null = 0x05;
constexpr std::uint8_t sequence = 0x30;
constexpr std::uint8_t invoke = 0xA1;
constexpr std::uint8_t return_result = 0xA2;
constexpr std::uint8_t return_error = 0xA3;
constexpr std::uint8_t reject = 0xA4;
}  // namespace tag

constexpr std::uint8_t two_octet_length = 0x81;
constexpr std::size_t longest = 255;
constexpr std::size_t longest_text = 160;  // octets, TS 24.080 USSD-String

struct element {
    std::uint8_t tag = 0;
    std::string_view value;
};

// Reads elements off the front, with one rule for lengths.
class element_reader {
public:
    element_reader(std::string_view octets, long_length form) : left_(octets), form_(form) {}

    [[nodiscard]] std::optional<element> next() {
        if (left_.size() < 2) return std::nullopt;
        const auto what = static_cast<std::uint8_t>(left_[0]);
        std::size_t length = static_cast<unsigned char>(left_[1]);
        std::size_t header = 2;
        if (form_ == long_length::x690 && length > 127) {
            if (length != two_octet_length || left_.size() < 3) return std::nullopt;
            length = static_cast<unsigned char>(left_[2]);
            header = 3;
        }
        if (left_.size() < header + length) return std::nullopt;
        const element read{what, left_.substr(header, length)};
        left_.remove_prefix(header + length);
        return read;
    }
    [[nodiscard]] bool done() const { return left_.empty(); }

private:
    std::string_view left_;
    long_length form_;
};

std::optional<std::uint8_t> small_number(const std::optional<element>& read) {
    if (!read || read->tag != tag::integer || read->value.size() != 1) return std::nullopt;
    return static_cast<std::uint8_t>(read->value.front());
}

bool is_ussd(operation what) {
    return what == operation::process_unstructured_request || what == operation::unstructured_request ||
           what == operation::unstructured_notify;
}

using read_outcome = std::expected<component, component_fault>;
constexpr auto broken = [] { return std::unexpected(component_fault::badly_structured); };

// SEQUENCE { ussd-DataCodingScheme, ussd-String, … }
std::expected<ussd_string, component_fault> read_text(const std::optional<element>& from, long_length form) {
    if (!from) return std::unexpected(component_fault::no_text);
    if (from->tag != tag::sequence) return std::unexpected(component_fault::badly_structured);
    element_reader parts(from->value, form);
    const auto coding = parts.next();
    const auto text = parts.next();
    if (!coding || coding->tag != tag::octet_string || coding->value.size() != 1 || !text ||
        text->tag != tag::octet_string || text->value.size() > longest_text)
        return std::unexpected(component_fault::badly_structured);
    return ussd_string{static_cast<std::uint8_t>(coding->value.front()), text->value};
}

read_outcome read_invoke(std::string_view octets, long_length form) {
    element_reader parts(octets, form);
    const auto id = small_number(parts.next());
    if (!id) return broken();
    auto next = parts.next();
    if (next && next->tag == 0x80) next = parts.next();  // linked id
    const auto code = small_number(next);
    if (!code) return broken();
    invoke read{.id = *id, .what = static_cast<operation>(*code), .text = std::nullopt};
    if (!is_ussd(read.what)) return read;
    const auto text = read_text(parts.next(), form);
    if (!text) return std::unexpected(text.error());
    read.text = *text;
    return read;
}

read_outcome read_result(std::string_view octets, long_length form) {
    element_reader parts(octets, form);
    const auto id = small_number(parts.next());
    if (!id) return broken();
    return_result read{.id = *id, .what = std::nullopt, .text = std::nullopt};
    if (parts.done()) return read;
    const auto inner = parts.next();
    if (!inner || inner->tag != tag::sequence) return broken();
    element_reader inside(inner->value, form);
    const auto code = small_number(inside.next());
    if (!code) return broken();
    read.what = static_cast<operation>(*code);
    if (inside.done() || !is_ussd(*read.what)) return read;
    const auto text = read_text(inside.next(), form);
    if (!text) return std::unexpected(text.error());
    read.text = *text;
    return read;
}

read_outcome read_error(std::string_view octets, long_length form) {
    element_reader parts(octets, form);
    const auto id = small_number(parts.next());
    const auto code = small_number(parts.next());
    if (!id || !code) return broken();
    return return_error{.id = *id, .code = *code};
}

read_outcome read_reject(std::string_view octets, long_length form) {
    element_reader parts(octets, form);
    const auto id = parts.next();
    const auto problem = parts.next();
    if (!id || !problem || (problem->tag & 0xFC) != 0x80 || problem->value.size() != 1) return broken();
    reject read{.id = std::nullopt, .problem = problem->tag, .code = static_cast<std::uint8_t>(problem->value.front())};
    if (id->tag == tag::null && id->value.empty()) return read;
    read.id = small_number(id);
    if (!read.id) return broken();
    return read;
}

read_outcome read_as(std::string_view octets, long_length form) {
    const auto whole = element_reader(octets, form).next();
    if (!whole) return broken();
    switch (whole->tag) {
        case tag::invoke:
            return read_invoke(whole->value, form);
        case tag::return_result:
            return read_result(whole->value, form);
        case tag::return_error:
            return read_error(whole->value, form);
        case tag::reject:
            return read_reject(whole->value, form);
        default:
            return broken();
    }
}

// Elements from the inside out.
class element_writer {
public:
    explicit element_writer(long_length form) : form_(form) {}
    [[nodiscard]] std::string operator()(std::uint8_t what, std::string_view value) const {
        std::string made(1, static_cast<char>(what));
        if (value.size() > 127 && form_ == long_length::x690) made += static_cast<char>(two_octet_length);
        made += static_cast<char>(value.size());
        if (value.size() > longest) return std::string(longest + 1, '\0');  // stays too long on the way out
        made += value;
        return made;
    }
    [[nodiscard]] std::string operator()(std::uint8_t what, std::uint8_t value) const {
        const char octet = static_cast<char>(value);
        return (*this)(what, std::string_view(&octet, 1));
    }
    [[nodiscard]] std::string text(const ussd_string& what) const {
        return (*this)(tag::sequence,
                       (*this)(tag::octet_string, what.coding) + (*this)(tag::octet_string, what.octets));
    }

private:
    long_length form_;
};

}  // namespace

read_outcome read_component(std::string_view octets) {
    auto read = read_as(octets, long_length::x690);
    // In a well-formed one no length octet is over 127 but 81, so what X.690 can not read may be Osmocom's.
    if (!read && read.error() == component_fault::badly_structured) read = read_as(octets, long_length::bare);
    return read;
}

std::string write_component(const component& what, long_length form) {
    const element_writer write(form);
    struct {
        const element_writer& write;
        std::string operator()(const invoke& one) const {
            std::string inside = write(tag::integer, one.id) + write(tag::integer, static_cast<std::uint8_t>(one.what));
            if (one.text) inside += write.text(*one.text);
            return write(tag::invoke, inside);
        }
        std::string operator()(const return_result& one) const {
            std::string inside = write(tag::integer, one.id);
            if (one.what) {
                std::string result = write(tag::integer, static_cast<std::uint8_t>(*one.what));
                if (one.text) result += write.text(*one.text);
                inside += write(tag::sequence, result);
            }
            return write(tag::return_result, inside);
        }
        std::string operator()(const return_error& one) const {
            return write(tag::return_error, write(tag::integer, one.id) + write(tag::integer, one.code));
        }
        std::string operator()(const reject& one) const {
            const std::string id = one.id ? write(tag::integer, *one.id) : write(tag::null, std::string_view());
            return write(tag::reject, id + write(one.problem, one.code));
        }
    } as{write};
    std::string made = std::visit(as, what);
    return made.size() > longest ? std::string() : made;
}

}  // namespace mlango::gsm::gsup
