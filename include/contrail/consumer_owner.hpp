#pragma once

#include <string>

namespace contrail {

/// To which database a consumer's name belongs: the one that holds its checkpoint. The log notes it beside the
/// consumer's position and refuses reports from any other database. Otherwise the faster of two consumers of one name
/// would let the log drop what the slower one needs.
struct ConsumerOwner {
    /// What is compared: 1 to 100 printable ASCII characters without spaces. It stays the same when the database is
    /// renamed, upgraded or fails over; a copy and a restored dump have another one. Empty: no owner is known.
    std::string id{};
    /// What messages call it, such as `database "mails" at db:5432, schema "contrail"`. Not compared.
    std::string name{};

    bool operator==(const ConsumerOwner&) const = default;
};

/// An owner as it is noted beside the log.
struct NotedOwner {
    ConsumerOwner owner{};
    /// The id of the owner from which an operator has moved the consumer. The registry takes the new owner if this is
    /// the one that it knows. Empty: the consumer was not moved, or the registry knows it.
    std::string moved_from{};

    bool operator==(const NotedOwner&) const = default;
};

}  // namespace contrail
