#include "operations/query_at_offset.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "postgres/exchange.hpp"

namespace contrail::operations {

namespace {

constexpr postgres::Milliseconds row_wait_max = std::chrono::hours(1);

/// COPY takes a query without a semicolon at its end.
std::string_view without_semicolon(std::string_view query) {
    const auto last = query.find_last_not_of("; \t\r\n");
    return query.substr(0, last + 1);
}

/// The rows of a COPY, as Postgres writes them.
class Rows {
public:
    /// `after` begins with a line end: `query` may end with a comment.
    Rows(Reconciliation& reconciliation, std::string_view query, const std::string& before,
         const std::string& after)
        : what_("query the tables by \"" + std::string(query) + "\""),
          exchange_(reconciliation.sql().connection(), {what_, postgres::Effect::transaction}, row_wait_max) {
        // The extended protocol takes one statement only, so that the query cannot smuggle in another one.
        exchange_.run(before + std::string(without_semicolon(query)) + after, {});
    }

    /// The next row, with its line end. Empty after the last row. Valid until the next call.
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
    // Postgres keeps the line ends of json values, and in JSON a line end is a space. With spaces in their
    // place, no row holds a character that this CSV would quote, so each row arrives as it is.
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

}  // namespace contrail::operations
