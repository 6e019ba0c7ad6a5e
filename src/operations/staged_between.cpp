#include "operations/staged_between.hpp"

#include <fmt/format.h>

namespace contrail::operations {

std::string staged_between(std::string_view previous, std::string_view current) {
    return fmt::format(
        "(SELECT FROM @schema@.staged_log_records WHERE xid >= pg_snapshot_xmax({0}) "
        "AND xid < pg_snapshot_xmax({1}) AND pg_visible_in_snapshot(xid, {1}) UNION ALL "
        "SELECT FROM @schema@.staged_log_records WHERE xid = ANY (ARRAY(SELECT under_way FROM "
        "pg_snapshot_xip({0}) AS under_way WHERE pg_visible_in_snapshot(under_way, {1}))))",
        previous, current);
}

}  // namespace contrail::operations
