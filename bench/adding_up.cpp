#include "bench/adding_up.hpp"

#include <fmt/format.h>

#include <utility>

#include "contrail/postgres.hpp"

namespace contrail::bench {

AddingUp::AddingUp(const Settings& settings, std::string consumer)
    : statement_("INSERT INTO " + settings.schema +
                 ".totals AS old VALUES ($1, $2) ON CONFLICT (consumer) "
                 "DO UPDATE SET distance = old.distance + excluded.distance"),
      consumer_(std::move(consumer)) {}

void AddingUp::operator()(Transaction& transaction, std::span<const Record> records) {
    double distance = 0;
    for (const Record& record : records) distance += distance_in(record);
    sql(transaction).execute(statement_, {consumer_, fmt::format("{}", distance)});
}

double AddingUp::distance_in(const Record& record) {
    padded_.reserve(record.data.size() + simdjson::SIMDJSON_PADDING);
    padded_.assign(record.data);
    simdjson::ondemand::document ride = json_.iterate(padded_.data(), padded_.size(), padded_.capacity());
    return ride["distance"].get_double();
}

}  // namespace contrail::bench
