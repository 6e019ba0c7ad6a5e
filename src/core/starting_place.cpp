#include "contrail/starting_place.hpp"

#include "base/utc.hpp"

namespace contrail {

namespace {

struct Text {
    std::string operator()(start::Earliest) const { return "earliest"; }
    std::string operator()(start::Latest) const { return "latest"; }
    std::string operator()(start::After after) const { return after.id.to_string(); }
    std::string operator()(start::Since since) const { return base::utc_text_ms(since.unix_ms); }
    std::string operator()(start::Reconciled) const { return "reconciled"; }
};

}  // namespace

std::optional<StartingPlace> parse_starting_place(std::string_view text) {
    if (text == "earliest") return start::Earliest{};
    if (text == "latest") return start::Latest{};
    if (text == "reconciled") return start::Reconciled{};
    if (const auto id = RecordId::parse(text)) return start::After{*id};
    if (const auto unix_ms = base::parse_utc(text)) return start::Since{*unix_ms};
    return std::nullopt;
}

std::string to_string(const StartingPlace& place) {
    return std::visit(Text{}, place);
}

}  // namespace contrail
