#include "reconciled_total.hpp"

#include "total_distance.hpp"

namespace rocket_rides {

std::string reconciled_total(contrail::Reconciliation& reconciliation) {
    contrail::Sql sql = reconciliation.sql();
    sql.execute("SET LOCAL extra_float_digits = 1");  // All digits, whatever the server's default.
    return sql.execute("SELECT coalesce(sum(distance::text::numeric), 0) FROM rides")[0][0].value();
}

contrail::ReconciledState reconciled_state(const contrail::Settings& settings, const std::string& name) {
    contrail::Reconciliation reconciliation(settings);
    const double total = std::stod(reconciled_total(reconciliation));
    return {.last_id = reconciliation.last_id(), .write = [name, total](contrail::Transaction& transaction) {
                contrail::Sql sql = contrail::sql(transaction);
                save_total(sql, name, total);
            }};
}

}  // namespace rocket_rides
