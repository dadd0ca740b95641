#include "registry/staff/case_values.hpp"

#include <set>

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace json = boost::json;

namespace {

std::string opened(std::string_view sealed_text, std::string_view context, sealer& record) {
    const auto sealed = from_base64url(sealed_text);
    if (!sealed) throw registry_unavailable("a sealed value of a request is malformed");
    auto plain = record.open(as_string_view(*sealed), context);
    if (!plain) throw registry_unavailable("a sealed value of a request does not open with the keys at hand");
    return std::move(*plain);
}

void open_members(json::object& of, sealer& record) {
    for (auto& member : of) {
        json::value& value = member.value();
        const bool number = member.key() == "msisdn";
        auto* const object = value.if_object();
        const json::value* const sealed = object != nullptr ? object->if_contains("sealed") : nullptr;
        if ((number || member.key() == "name") && sealed != nullptr && sealed->is_string()) {
            const std::string_view text(sealed->as_string().data(), sealed->as_string().size());
            value = text.empty() ? json::value()
                                 : json::value(opened(text, number ? msisdn_context : name_context, record));
        } else {
            open_sealed(value, record);
        }
    }
}

const json::object* part_of(const json::object& shown, std::string_view name) {
    const json::value* const found = shown.if_contains(name);
    return found != nullptr ? found->if_object() : nullptr;
}

json::value value_of(const json::object* part, std::string_view name) {
    const json::value* const found = part != nullptr ? part->if_contains(name) : nullptr;
    return found != nullptr ? *found : json::value();
}

bool about_membership(const json::object& shown) {
    const json::value* const kind = shown.if_contains("kind");
    return kind != nullptr && (*kind == "death" || *kind == "departure" || *kind == "marriage");
}

}  // namespace

void open_sealed(boost::json::value& shown, sealer& record) {
    if (auto* const object = shown.if_object()) open_members(*object, record);
    if (auto* const array = shown.if_array())
        for (json::value& one : *array) open_sealed(one, record);
}

std::string text_of(const boost::json::object& object, std::string_view name) {
    const json::value* const found = object.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

void compare_fields(boost::json::object& shown) {
    const json::object* const before = part_of(shown, "before");
    const json::object* const recorded = part_of(shown, "recorded");
    const json::object* const first = part_of(shown, "asked_against");
    const json::object* const after = part_of(shown, "after");
    std::set<std::string, std::less<>> names;
    for (const json::object* part : {before, after})
        if (part != nullptr)
            for (const auto& member : *part) names.emplace(member.key());
    const bool open = shown.if_contains("decided_at") == nullptr || shown.at("decided_at").is_null();
    json::array fields;
    for (const std::string& name : names) {
        const json::value was = value_of(before, name);
        const json::value now = value_of(recorded, name);
        fields.push_back(json::object{{"name", name},
                                      {"asked_against", first != nullptr ? value_of(first, name) : was},
                                      {"recorded", open ? now : was},
                                      {"wanted", value_of(after, name)},
                                      {"changed", open && !was.is_null() && was != now}});
    }
    if (recorded != nullptr ? recorded->contains("in_household") : about_membership(shown))
        fields.push_back(json::object{{"name", "in_household"},
                                      {"asked_against", true},
                                      {"recorded", recorded != nullptr},
                                      {"wanted", json::value()},
                                      {"changed", open && recorded == nullptr}});
    for (const std::string_view gone : {"before", "recorded", "asked_against", "after"}) shown.erase(gone);
    shown["fields"] = std::move(fields);
}

}  // namespace mlango::registry
