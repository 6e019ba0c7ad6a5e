#pragma once

#include <string>

namespace contrail {

/// Which outbox feeds a log. The log notes it, and takes no change for any other outbox: a copy of a service's database
/// that is started with the same log cannot write to it.
struct OutboxIdentity {
    /// What is compared: 1 to 100 printable ASCII characters without spaces, such as a UUID. It stays the same when the
    /// database is renamed, upgraded or fails over, and a copy has another one. Empty: no outbox.
    std::string id;
    /// What messages call it, such as `database "rides" at db:5432, schema contrail`. Not compared.
    std::string name;

    bool operator==(const OutboxIdentity&) const = default;
};

}  // namespace contrail
