#include "chaos/verdict/collect.hpp"

#include <sqlite3.h>

#include <memory>
#include <string>

#include "archive/archive_reader.hpp"
#include "archive/verify.hpp"
#include "contrail/error.hpp"
#include "postgres/connection.hpp"
#include "postgres/schema.hpp"

namespace chaos {

using contrail::postgres::Result;

namespace {

double number(const Result& result, int row, int column) {
    return std::stod(std::string(result.text(row, column)));
}

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

void require_ok(bool ok, sqlite3* database, const std::filesystem::path& file) {
    if (!ok)
        throw contrail::Error(contrail::Retry::never, "Cannot read the warehouse's rides in " +
                                                          file.string() + ": " + sqlite3_errmsg(database));
}

}  // namespace

void collect_from_postgres(const contrail::Settings& direct, Evidence& evidence) {
    const std::string schema = contrail::postgres::quoted_schema(direct.schema);
    contrail::postgres::Connection connection(direct.database_url, "chaos", {}, [](auto&) {});
    const auto query = [&](std::string_view statement, const std::vector<contrail::SqlValue>& values = {}) {
        return connection.run({.what = "collect the evidence", .for_service = true},
                              contrail::postgres::in_schema(statement, schema), values);
    };
    query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");

    const Result rides = query("SELECT id, distance FROM rides");
    for (int row = 0; row < rides.rows(); ++row)
        evidence.rides.emplace(rides.integer(row, 0), number(rides, row, 1));

    const Result staged = query("SELECT action, object, data, key, headers FROM @schema@.staged_log_records");
    for (int row = 0; row < staged.rows(); ++row)
        evidence.staged.push_back({.id = {},
                                   .action = std::string(staged.text(row, 0)),
                                   .object = std::string(staged.text(row, 1)),
                                   .data = std::string(staged.text(row, 2)),
                                   .key = contrail::SqlValue(staged.optional_text(row, 3)),
                                   .headers = contrail::SqlValue(staged.optional_text(row, 4))});

    const Result consumers = query(
        "SELECT name, (array_agg(last_id ORDER BY last_offset))[1], total.distance, count(*) "
        "FROM @schema@.checkpoints JOIN ("
        "    SELECT name, sum(total_distance) AS distance FROM ("
        "        SELECT name, total_distance FROM consumer_states"
        "        UNION ALL SELECT name, total_distance FROM segment_totals) AS each GROUP BY name"
        ") AS total ON name = consumer WHERE stream = $1 GROUP BY name, total.distance ORDER BY name",
        {direct.stream_name});
    for (int row = 0; row < consumers.rows(); ++row)
        evidence.consumers.push_back(
            {.name = std::string(consumers.text(row, 0)),
             .last_id = contrail::RecordId::parse(consumers.text(row, 1)).value_or(contrail::RecordId{}),
             .total_distance = number(consumers, row, 2),
             .segments = static_cast<std::uint32_t>(consumers.integer(row, 3))});
}

void collect_from_warehouse(const std::filesystem::path& file, Evidence& evidence) {
    sqlite3* opened = nullptr;
    const int status = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
    const Database database(opened, &sqlite3_close);
    require_ok(status == SQLITE_OK, opened, file);
    sqlite3_busy_timeout(opened, 10'000);
    sqlite3_stmt* prepared = nullptr;
    const int result = sqlite3_prepare_v2(opened, "SELECT id, distance FROM rides", -1, &prepared, nullptr);
    const Statement rides(prepared, &sqlite3_finalize);
    require_ok(result == SQLITE_OK, opened, file);

    evidence.warehouse.emplace();
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(prepared)) == SQLITE_ROW)
        evidence.warehouse->emplace(sqlite3_column_int64(prepared, 0), sqlite3_column_double(prepared, 1));
    require_ok(step == SQLITE_DONE, opened, file);
}

void collect_from_archive(const std::filesystem::path& path, Evidence& evidence) {
    const contrail::archive::Folder folder(path);
    evidence.archive.emplace();
    contrail::archive::verify(folder,
                              [&](const std::string& flaw) { evidence.archive_flaws.push_back(flaw); });
    if (!evidence.archive_flaws.empty()) return;
    contrail::archive::ArchiveReader reader(folder);
    std::vector<contrail::Record> chunk;
    const auto end = [&] {
        return evidence.archive->empty() ? contrail::RecordId{} : evidence.archive->back().id;
    };
    do {
        reader.read(end(), {}, chunk);
        evidence.archive->insert(evidence.archive->end(), chunk.begin(), chunk.end());
    } while (!chunk.empty());
}

}  // namespace chaos
