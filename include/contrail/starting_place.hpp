#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "contrail/record.hpp"

namespace contrail {

/// Where in the log something begins. The places are resolved against the log as it is at that moment.
namespace start {

/// At the first record ever, offset 1. Refused if the log does not hold it any more: a consumer that
/// silently left out the beginning would look right and be wrong.
struct Earliest {
    bool operator==(const Earliest&) const = default;
};

/// After the last record that the log holds now.
struct Latest {
    bool operator==(const Latest&) const = default;
};

/// After this record (not included); 0-0 means Earliest. Refused if the log does not go on from there.
struct After {
    RecordId id;
    bool operator==(const After&) const = default;
};

/// At the first record that was sealed at or after this time. Refused if it lies in the future, or before
/// what the log still holds.
struct Since {
    std::uint64_t unix_ms = 0;  ///< Unix time in milliseconds.
    bool operator==(const Since&) const = default;
};

/// At a state that was reduced from a service's own tables, after the last record of which they show the
/// effects. Refused if the consumer does not know how to make it (ConsumerOptions::reconcile).
struct Reconciled {
    bool operator==(const Reconciled&) const = default;
};

}  // namespace start

using StartingPlace =
    std::variant<start::Earliest, start::Latest, start::After, start::Since, start::Reconciled>;

/// What parse_starting_place() understands, for a program's help and its complaints.
inline constexpr std::string_view starting_place_forms =
    "earliest, latest, a record id (<milliseconds>-<offset>: after that record), a time as in RFC 3339 "
    "(2026-11-23T06:15:22Z), or, where the consumer can do that, reconciled";

/// Reads one of those forms; nothing if `text` is none of them.
std::optional<StartingPlace> parse_starting_place(std::string_view text);

/// The inverse: `earliest`, `latest`, `1700000000000-7`, `2026-11-23T06:15:22.500Z`,
/// `reconciled`.
std::string to_string(const StartingPlace& place);

}  // namespace contrail
