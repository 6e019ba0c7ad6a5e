#include "total_distance.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iterator>

namespace rocket_rides {

namespace {

/// False, and nothing is done, if the total is not `before`.
bool replace_total(contrail::Sql& sql, const std::string& name, double before, double total) {
    // fmt prints the shortest text that reads back as the same double.
    const auto replaced = sql.execute(
        "UPDATE consumer_states SET total_distance = $3 WHERE name = $1 AND total_distance = $2 "
        "RETURNING name",
        {name, fmt::format("{}", before), fmt::format("{}", total)});
    return !replaced.empty();
}

double load_total(contrail::Sql& sql, const std::string& name) {
    const auto rows = sql.execute("SELECT total_distance FROM consumer_states WHERE name = $1", {name});
    return rows.empty() ? 0.0 : std::stod(rows[0][0].value());
}

}  // namespace

void save_total(contrail::Sql& sql, const std::string& name, double total) {
    sql.execute(
        "INSERT INTO consumer_states (name, total_distance) VALUES ($1, $2) "
        "ON CONFLICT (name) DO UPDATE SET total_distance = excluded.total_distance",
        {name, fmt::format("{}", total)});
}

void TotalDistance::apply(contrail::Transaction& transaction, std::span<const contrail::Record> records) {
    contrail::Sql sql = contrail::sql(transaction);
    Sum sum = add_up(total_, records);
    // One statement, as long as the table still has what this process put there last. A rollback, another
    // instance or an operator may have changed that.
    if (!replace_total(sql, name_, total_, sum.total)) {
        sum = add_up(load_total(sql, name_), records);
        save_total(sql, name_, sum.total);
    }
    total_ = sum.total;
    std::fwrite(sum.lines.data(), 1, sum.lines.size(), stdout);
    std::fflush(stdout);
}

TotalDistance::Sum TotalDistance::add_up(double total, std::span<const contrail::Record> records) {
    Sum sum{total, {}};
    for (const auto& record : records) {
        const auto change = rides_.read(record);
        if (!change) continue;
        sum.total += change->distance - change->previous_distance;
        if (!quiet_) {
            fmt::format_to(std::back_inserter(sum.lines), "Consumed record: {} total_distance={:.1f}m\n",
                           record.data, sum.total);
        }
    }
    return sum;
}

}  // namespace rocket_rides
