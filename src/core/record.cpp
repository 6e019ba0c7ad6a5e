#include "contrail/record.hpp"

#include <charconv>

namespace contrail {

namespace {

/// All of `text` as an unsigned number; nothing for signs, blanks, rubbish or more than 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [parsed_to, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || parsed_to != end) return std::nullopt;
    return number;
}

}  // namespace

std::string RecordId::to_string() const {
    return std::to_string(sealed_ms) + '-' + std::to_string(offset.value);
}

std::optional<RecordId> RecordId::parse(std::string_view text) {
    const auto hyphen = text.find('-');
    if (hyphen == std::string_view::npos) return std::nullopt;
    const auto sealed_ms = parse_number(text.substr(0, hyphen));
    const auto offset = parse_number(text.substr(hyphen + 1));
    if (!sealed_ms || !offset) return std::nullopt;
    return RecordId{*sealed_ms, Offset{*offset}};
}

}  // namespace contrail
