#include "contrail/record.hpp"

#include <charconv>

namespace contrail {

std::string RecordId::to_string() const {
    return std::to_string(sealed_ms) + '-' + std::to_string(offset.value);
}

std::optional<RecordId> RecordId::parse(std::string_view text) {
    const char* const end = text.data() + text.size();
    RecordId id;
    // For unsigned numbers from_chars() takes digits only: no sign, no blank.
    const auto [hyphen, ms_error] = std::from_chars(text.data(), end, id.sealed_ms);
    if (ms_error != std::errc{} || hyphen == end || *hyphen != '-') return std::nullopt;
    const auto [parsed_to, offset_error] = std::from_chars(hyphen + 1, end, id.offset.value);
    if (offset_error != std::errc{} || parsed_to != end) return std::nullopt;
    return id;
}

}  // namespace contrail
