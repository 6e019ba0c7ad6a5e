#include <fmt/format.h>

#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

OutboxSize gather_outbox_size(Database& database) {
    const auto result =
        read(database.connection, "measure the outbox",
             database.filled("SELECT pg_total_relation_size($name$@schema@.staged_log_records_0$name$), "
                             "pg_total_relation_size($name$@schema@.staged_log_records_1$name$), "
                             "pg_total_relation_size($name$@schema@.staged_log_records_2$name$), "
                             "pg_total_relation_size($name$@schema@.batches$name$), "
                             "(SELECT coalesce(max(no) - min(no), 0) FROM @schema@.batches)"));
    const auto at = [&](int column) { return static_cast<std::uint64_t>(result.integer(0, column)); };
    return {.segments = {at(0), at(1), at(2)}, .batches = at(3), .batch_rows = at(4)};
}

Findings judge(const OutboxSize& size) {
    return {
        ok("outbox.segments", fmt::format("{}, {}, {}", bytes_text(size.segments[0]),
                                          bytes_text(size.segments[1]), bytes_text(size.segments[2]))),
        ok("outbox.batches", fmt::format("{} in {}", count_text(size.batch_rows), bytes_text(size.batches)))};
}

}  // namespace contrail::operations::doctor
