#include "console/lists/uploads_door.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include "base/http/json_body.hpp"
#include "console/body_fields.hpp"
#include "console/export_row.hpp"
#include "console/lists/list_answers.hpp"
#include "console/lists/list_file.hpp"
#include "console/lists/list_rules.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

constexpr std::size_t most_piece = 60 * 1024;
constexpr std::int64_t most_pieces = 4'000;
constexpr std::int64_t largest_row = 1'000'000'000;
constexpr int faults_at_once = 2'000;

std::string sha256_of(std::string_view text) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

csv_place read_place(const std::string& text, std::string unread) {
    const boost::json::object stored = boost::json::parse(text).as_object();
    if (stored.empty()) return {};
    return {.separator = static_cast<char>(stored.at("separator").as_int64()),
            .begun = stored.at("begun").as_bool(),
            .after_return = stored.at("after_return").as_bool(),
            .skipping = stored.at("skipping").as_bool(),
            .row = stored.at("row").as_int64(),
            .unread = std::move(unread)};
}

std::string write_place(const csv_place& place) {
    return boost::json::serialize(boost::json::object{{"separator", static_cast<std::int64_t>(place.separator)},
                                                      {"begun", place.begun},
                                                      {"after_return", place.after_return},
                                                      {"skipping", place.skipping},
                                                      {"row", place.row}});
}

list_file_shape shape_of(const registry::upload_standing& now) {
    return {.kind = now.kind == "report" ? list_file_kind::report : list_file_kind::list,
            .in_kind = now.in_kind,
            .currency = now.currency,
            .items = now.items};
}

}  // namespace

uploads_door::uploads_door(const parts& house) : uploads_(house.pool, house.time) {}

std::vector<staff_route> uploads_door::routes() {
    const auto by = [this](task<http_response> (uploads_door::*what)(asked&)) {
        return [this, what](asked& question) { return (this->*what)(question); };
    };
    return {{"GET", "/uploads/{id}", "lists.view", by(&uploads_door::one)},
            {"PUT", "/uploads/{id}/pieces/{number}", "lists.view", by(&uploads_door::piece), body_kind::raw},
            {"POST", "/uploads/{id}/completion", "lists.view", by(&uploads_door::complete)},
            {"POST", "/uploads/{id}/application", "lists.reconcile", by(&uploads_door::apply)},
            {"GET", "/uploads/{id}/rows", "lists.view", by(&uploads_door::rows)},
            {"GET", "/uploads/{id}/errors", "lists.view", by(&uploads_door::faults)},
            {"GET", "/uploads/{id}/errors.csv", "lists.view", by(&uploads_door::faults_file)}};
}

task<http_response> uploads_door::shown(registry::staff_id who, registry::list_upload_id upload, unsigned status) {
    auto found = co_await uploads_.find(who, upload);
    if (!found) co_return problem(fault::not_found);
    co_return json_text(std::move(*found), status);
}

task<http_response> uploads_door::one(asked& question) {
    co_return co_await shown(question.who.id, {question.key(1)});
}

task<bool> uploads_door::take(registry::staff_id who, registry::list_upload_id upload, registry::upload_standing now,
                              const std::string* piece) {
    const list_file_shape shape = shape_of(now);
    list_file::standing from{
        .place = read_place(now.place, std::move(now.unread)), .columns = std::move(now.columns), .rows = now.rows};
    std::ranges::copy(now.content, from.content.begin());
    list_file file(shape, std::move(from));
    const list_piece made = piece != nullptr ? file.read(*piece) : file.finish();
    const list_file::standing stands = file.stands();
    const std::string digest = sha256_of(piece != nullptr ? std::string_view(*piece) : std::string_view());
    const std::string content(reinterpret_cast<const char*>(stands.content.data()), stands.content.size());
    const registry::taken_piece taken{.number = now.next_piece,
                                      .digest = digest,
                                      .size = piece != nullptr ? piece->size() : 0,
                                      .place = write_place(stands.place),
                                      .unread = made.refused ? std::string() : stands.place.unread,
                                      .columns = stands.columns,
                                      .content = content,
                                      .rows = boost::json::serialize(made.rows),
                                      .faults = boost::json::serialize(made.faults),
                                      .refused = made.refused};
    co_return co_await uploads_.take(who, upload, taken);
}

task<http_response> uploads_door::piece(asked& question) {
    const registry::list_upload_id upload{question.key(1)};
    const std::int64_t number = question.key(3);
    const std::string& body = question.http.body;
    if (number == 0 || number > most_pieces) co_return problem(fault::malformed, "Pieces are numbered from 1 to 4000.");
    if (body.empty()) co_return problem(fault::malformed, "The piece is empty.");
    if (body.size() > most_piece) co_return problem(fault::too_large, "A piece has at most 61440 bytes.");
    auto now = co_await uploads_.standing(question.who.id, upload, number);
    if (!now) co_return problem(fault::not_found);
    if (number < now->next_piece) {
        // It came before, and its answer was lost.
        if (now->piece_digest == sha256_of(body)) co_return co_await shown(question.who.id, upload);
        if (now->state == "receiving") co_return problem(fault::conflict, "Another piece came with this number.");
    }
    if (now->state != "receiving" || number > now->next_piece)
        co_return refusal({.word = "wrong_state"}, co_await uploads_.find(question.who.id, upload));
    if (!co_await take(question.who.id, upload, std::move(*now), &body))
        co_return refusal({.word = "wrong_state"}, co_await uploads_.find(question.who.id, upload));
    co_return co_await shown(question.who.id, upload);
}

task<http_response> uploads_door::complete(asked& question) {
    const registry::list_upload_id upload{question.key(1)};
    const auto pieces = read_whole(question.body, "pieces", 1, most_pieces);
    if (!pieces) co_return problem(fault::malformed, "pieces is missing.");
    auto now = co_await uploads_.standing(question.who.id, upload, *pieces);
    if (!now) co_return problem(fault::not_found);
    // The end of the file counts as a piece more, taken once.
    const std::int64_t end = *pieces + 1;
    if (now->state == "receiving" && now->next_piece == end &&
        !co_await take(question.who.id, upload, std::move(*now), nullptr))
        co_return refusal({.word = "wrong_state"}, co_await uploads_.find(question.who.id, upload));
    const auto verdict = co_await uploads_.complete(question.who.id, upload, end + 1);
    if (verdict.done()) co_return co_await shown(question.who.id, upload);
    auto current = co_await uploads_.find(question.who.id, upload);
    // Its end told that it is no such file: that is an answer, too.
    if (current && verdict.word == "wrong_state" &&
        view(boost::json::parse(*current).at("state").as_string()) == "refused")
        co_return json_text(std::move(*current));
    co_return refusal(verdict, current);
}

task<http_response> uploads_door::apply(asked& question) {
    const registry::list_upload_id upload{question.key(1)};
    const auto leaving_out = read_whole(question.body, "leaving_out", 0, most_list_rows);
    if (!leaving_out) co_return problem(fault::malformed, "leaving_out is missing.");
    const auto verdict = co_await uploads_.apply(question.who.id, upload, *leaving_out);
    if (verdict.done()) co_return co_await shown(question.who.id, upload);
    co_return refusal(verdict, co_await uploads_.find(question.who.id, upload));
}

task<http_response> uploads_door::rows(asked& question) {
    const auto page =
        co_await uploads_.rows_of(question.who.id, {question.key(1)}, question.query_number("after", 1, largest_row, 0),
                                  static_cast<int>(question.query_number("limit", 1, 200, 50)));
    co_return page ? page_answer(*page) : problem(fault::not_found);
}

task<http_response> uploads_door::faults(asked& question) {
    const auto page = co_await uploads_.faults_page(question.who.id, {question.key(1)},
                                                    question.query_number("after", 1, largest_row, 0),
                                                    static_cast<int>(question.query_number("limit", 1, 200, 50)));
    co_return page ? page_answer(*page) : problem(fault::not_found);
}

task<http_response> uploads_door::faults_file(asked& question) {
    const registry::list_upload_id upload{question.key(1)};
    if (!co_await uploads_.begin_faults(question.who.id, upload)) co_return problem(fault::not_found);
    http_response response = csv_file(fmt::format("errors-{}.csv", upload.value));
    response.stream = [this, upload](http_stream& out) -> task<void> {
        std::string text = export_beginning();
        append_csv_record(text, {"row", "column", "rule", "meaning"});
        for (std::int64_t after = 0;;) {
            const auto faults = co_await uploads_.faults(upload, after, faults_at_once);
            for (const registry::list_fault& one : faults)
                append_csv_record(text, {std::to_string(one.line), one.column, one.rule, meaning_of_rule(one.rule)});
            if (!co_await out.write(text) || faults.empty()) co_return;
            after = faults.back().line;
            text.clear();
        }
    };
    co_return response;
}

}  // namespace mlango::console
