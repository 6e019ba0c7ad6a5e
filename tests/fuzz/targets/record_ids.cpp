#include "base/utc.hpp"
#include "contrail/record.hpp"
#include "contrail/starting_place.hpp"
#include "core/require.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

void record_ids(std::string_view input) {
    if (const auto id = RecordId::parse(input))
        require(RecordId::parse(id->to_string()) == id, "an id is read as it was written", id->to_string());
    base::parse_utc(input);
    if (const auto place = parse_starting_place(input))
        require(parse_starting_place(to_string(*place)).has_value(), "a place is read as it was written",
                to_string(*place));
}

}  // namespace contrail::fuzz
