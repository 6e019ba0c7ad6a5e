#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace contrail::postgres {

/// A pg_snapshot, read from its text form: `xmin:xmax:xip,…`.
struct Snapshot {
    static Snapshot parse(std::string_view text);

    std::uint64_t xmin = 0;                ///< Every transaction below it had ended.
    std::uint64_t xmax = 0;                ///< No transaction from it on had ended.
    std::vector<std::uint64_t> under_way;  ///< Those between the two that had not ended, in ascending order.
};

/// True if `xid` is the one transaction that ended between the two snapshots. `before` was taken inside of it, before
/// it had an id. Of transactions with savepoints it may say false where true would be right.
bool only_ended(std::uint64_t xid, const Snapshot& before, const Snapshot& now);

}  // namespace contrail::postgres
