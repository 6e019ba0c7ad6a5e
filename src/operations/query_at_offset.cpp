#include "operations/query_at_offset.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "postgres/exchange.hpp"

namespace contrail {

namespace {

constexpr postgres::Milliseconds row_wait_max = std::chrono::hours(1);

/// COPY takes a query without the semicolon after it.
std::string_view without_end(std::string_view query) {
    const auto last = query.find_last_not_of("; \t\r\n");
    return query.substr(0, last + 1);
}

/// The rows of a COPY, which Postgres writes out.
class Rows {
public:
    /// A comment at the end of `query` must not swallow what comes after it.
    Rows(Reconciliation& reconciliation, std::string_view query, const std::string& before,
         const std::string& after)
        : what_("query the tables by \"" + std::string(query) + "\""),
          exchange_(reconciliation.sql().connection(), {what_, postgres::Effect::transaction}, row_wait_max) {
        // As a statement with values, though it has none: that can be only one.
        exchange_.run(before + std::string(without_end(query)) + after, {});
    }

    /// The next row with the end of its line; empty after the last. Lives until the next call.
    std::string_view next() { return exchange_.next_copy_message(); }

private:
    std::string what_;
    postgres::Exchange exchange_;
};

}  // namespace

void write_csv(Reconciliation& reconciliation, std::string_view query, std::ostream& out) {
    Rows rows(reconciliation, query, "COPY (", "\n) TO STDOUT (FORMAT csv, HEADER)");
    out << "last_id " << reconciliation.last_id().to_string() << '\n';
    for (auto row = rows.next(); !row.empty(); row = rows.next()) out << row;
}

void write_json(Reconciliation& reconciliation, std::string_view query, const std::string& stream,
                std::ostream& out) {
    // Values of type json keep their line ends, which in JSON are spaces. Then no row holds a character that
    // this CSV would quote, and each comes as it is.
    Rows rows(reconciliation, query,
              R"(COPY (SELECT translate(row_to_json("row")::text, E'\n\r', '  ') FROM ()",
              "\n) AS \"row\") TO STDOUT (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')");
    out << R"({"stream": )" << nlohmann::json(stream) << R"(, "last_id": ")"
        << reconciliation.last_id().to_string() << R"(", "rows": [)";
    const char* separator = "\n";
    for (auto row = rows.next(); !row.empty(); row = rows.next()) {
        row.remove_suffix(1);
        out << std::exchange(separator, ",\n") << row;
    }
    out << "]}\n";
}

}  // namespace contrail
