#include "warehouse/reconciled_rides.hpp"

#include <string>

#include "contrail/reconciliation.hpp"

namespace rocket_rides {

namespace {

Warehouse::Ride ride_of(const contrail::SqlRow& row) {
    return {.id = std::stoll(row[0].value()),
            .distance = std::stod(row[1].value()),
            .created_ms = std::stoll(row[2].value())};
}

/// Thousands at a time.
void read_rides(contrail::Sql sql, const Warehouse::KeepRide& keep) {
    sql.execute("SET LOCAL extra_float_digits = 1");  // All digits, whatever the server's default.
    sql.execute(
        "DECLARE every_ride NO SCROLL CURSOR FOR "
        "SELECT id, distance, floor(extract(epoch FROM created_at) * 1000)::bigint FROM rides");
    for (;;) {
        const auto rows = sql.execute("FETCH 5000 FROM every_ride");
        if (rows.empty()) return;
        for (const auto& row : rows) keep(ride_of(row));
    }
}

}  // namespace

contrail::ReconciledState begin_with_reconciled_rides(const contrail::Settings& settings,
                                                      Warehouse& warehouse) {
    contrail::Reconciliation reconciliation(settings);
    const auto last_id = warehouse.begin_with(reconciliation.last_id(), [&](const Warehouse::KeepRide& keep) {
        read_rides(reconciliation.sql(), keep);
    });
    return {.last_id = last_id, .write = {}};
}

}  // namespace rocket_rides
