#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "contrail/record.hpp"

namespace contrail {

/// Where in the log a reader begins. A place is resolved against the log as it is at that moment. A log that is new, or
/// has lost records, does not know its end: Latest, Since and an After beyond its end wait for the streamer.
namespace start {

/// At the first record ever, offset 1. Refused if the log no longer holds it: a consumer that silently left
/// out the beginning would look right and be wrong.
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

/// At the first record that was sealed at or after this time. Refused if the time lies in the future, or
/// before what the log still holds.
struct Since {
    std::uint64_t unix_ms = 0;  ///< Unix time in milliseconds.
    bool operator==(const Since&) const = default;
};

/// At a state that a query computes from a service's own tables, after the last record whose effects they
/// show. Refused if the consumer has no such query (ConsumerOptions::reconcile).
struct Reconciled {
    bool operator==(const Reconciled&) const = default;
};

}  // namespace start

using StartingPlace =
    std::variant<start::Earliest, start::Latest, start::After, start::Since, start::Reconciled>;

/// What parse_starting_place() understands, for a program's help and its messages.
inline constexpr std::string_view starting_place_forms =
    "earliest, latest, a record id (<milliseconds>-<offset>: after that record), a time as in RFC 3339 "
    "(2026-11-23T06:15:22Z), or, where the consumer can do that, reconciled";

/// Reads one of those forms; nothing if `text` is none of them.
std::optional<StartingPlace> parse_starting_place(std::string_view text);

/// The inverse: `earliest`, `latest`, `1700000000000-7`, `2026-11-23T06:15:22.500Z`,
/// `reconciled`.
std::string to_string(const StartingPlace& place);

}  // namespace contrail
