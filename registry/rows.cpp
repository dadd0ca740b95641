#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>

#include "base/bytes.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

namespace {

PGresult* raw(const std::shared_ptr<void>& result) {
    return static_cast<PGresult*>(result.get());
}

std::int64_t to_number(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::vector<const statement*>& registered() {
    static std::vector<const statement*> all;
    return all;
}

}  // namespace

registered_statement::registered_statement(std::string_view statement_name, std::string_view text)
    : statement{statement_name, text} {
    registered().push_back(this);
}

std::span<const statement* const> all_statements() {
    return registered();
}

statement_refused::statement_refused(std::string_view statement_name, std::string state, std::string violated)
    : std::runtime_error(fmt::format("{}: refused, {} {}", statement_name, state, violated)),
      sqlstate(std::move(state)),
      constraint(std::move(violated)) {}

rows::rows(void* pg_result) : result_(pg_result, [](void* held) { PQclear(static_cast<PGresult*>(held)); }) {}

int rows::size() const {
    return result_ == nullptr ? 0 : PQntuples(raw(result_));
}

std::int64_t rows::affected() const {
    return result_ == nullptr ? 0 : to_number(PQcmdTuples(raw(result_)));
}

bool rows::is_null(int row, int column) const {
    return PQgetisnull(raw(result_), row, column) != 0;
}

std::string_view rows::text(int row, int column) const {
    return {PQgetvalue(raw(result_), row, column), static_cast<std::size_t>(PQgetlength(raw(result_), row, column))};
}

std::int64_t rows::number(int row, int column) const {
    return to_number(text(row, column));
}

bool rows::truth(int row, int column) const {
    return text(row, column) == "t";
}

std::string rows::bytea(int row, int column) const {
    std::string_view hex = text(row, column);
    if (hex.starts_with("\\x")) hex.remove_prefix(2);
    const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string out(hex.size() / 2, '\0');
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<char>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    return out;
}

std::string bytea_parameter(std::string_view raw_bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out(2 + raw_bytes.size() * 2, '\\');
    out[1] = 'x';
    std::size_t at = 2;
    for (const char c : raw_bytes) {
        out[at++] = digits[static_cast<unsigned char>(c) >> 4];
        out[at++] = digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

}  // namespace mlango::registry
