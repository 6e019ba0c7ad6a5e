#include "total_distance.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iterator>

namespace rocket_rides {

namespace {

double load_total(contrail::Sql& sql, const std::string& name) {
    const auto rows = sql.execute("SELECT total_distance FROM consumer_states WHERE name = $1", {name});
    return rows.empty() ? 0.0 : std::stod(rows[0][0].value());
}

}  // namespace

void save_total(contrail::Sql& sql, const std::string& name, double total) {
    // fmt prints the shortest text that reads back as the same double.
    sql.execute(
        "INSERT INTO consumer_states (name, total_distance) VALUES ($1, $2) "
        "ON CONFLICT (name) DO UPDATE SET total_distance = excluded.total_distance",
        {name, fmt::format("{}", total)});
}

void TotalDistance::apply(contrail::Transaction& transaction, std::span<const contrail::Record> records) {
    contrail::Sql sql = contrail::sql(transaction);
    double total = load_total(sql, name_);
    fmt::memory_buffer lines;
    for (const auto& record : records) {
        const auto change = rides_.read(record);
        if (!change) continue;
        total += change->distance - change->previous_distance;
        if (!quiet_) {
            fmt::format_to(std::back_inserter(lines), "Consumed record: {} total_distance={:.1f}m\n",
                           record.data, total);
        }
    }
    save_total(sql, name_, total);
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    std::fflush(stdout);
}

}  // namespace rocket_rides
