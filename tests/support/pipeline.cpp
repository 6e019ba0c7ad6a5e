#include "support/pipeline.hpp"

#include <thread>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

Pipeline::Pipeline(Settings of_the_test) : settings(std::move(of_the_test)) {}

void Pipeline::stage(const std::vector<std::string>& records) {
    std::string statements = "BEGIN;";
    for (const auto& json : records) statements += "SELECT contrail.stage('create', 'ride', '" + json + "');";
    database.run(statements + "COMMIT");
}

void Pipeline::stream() {
    {
        const auto outbox = postgres_outbox(settings);
        const auto log = redis_log(settings);
        // Another streamer of the test may have ended a moment ago.
        wait_until("no other session leads", [&] { return outbox->lead(); });
        Streamer streamer(*outbox, *log, system_clock(), {});
        while (streamer.run_once() > 0) {
        }
    }
    // The server notices a moment later that the client has left. Until then the session leads.
    wait_until("its session has ended", [&] {
        return database.value(
                   "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
                   "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == "0";
    });
}

std::vector<std::string> Pipeline::consume(const std::string& name) {
    const auto checkpoints = postgres_checkpoints(settings);
    const auto log = redis_log(settings);
    std::vector<std::string> consumed;
    const Handler note = [&](Transaction&, std::span<const Record> records) {
        for (const auto& record : records) consumed.push_back(record.data);
    };
    Consumer consumer(ConsumerName(name), *log, *checkpoints, note,
                      {.read_wait_max = std::chrono::milliseconds(0)}, system_clock());
    while (consumer.run_once() > 0) {
    }
    return consumed;
}

std::vector<Record> Pipeline::logged() {
    const auto log = redis_log(settings);
    std::vector<Record> all;
    std::vector<Record> chunk;
    do {
        log->read_begin(all.empty() ? RecordId{} : all.back().id, {}, std::chrono::milliseconds(0));
        log->read_end(chunk);
        all.insert(all.end(), chunk.begin(), chunk.end());
    } while (!chunk.empty());
    return all;
}

std::vector<std::string> Pipeline::logged_data() {
    std::vector<std::string> data;
    for (const auto& record : logged()) data.push_back(record.data);
    return data;
}

std::string Pipeline::add_foreign_entry(const std::vector<std::string>& fields) {
    const std::string id = std::to_string(logged().back().id.sealed_ms + 1) + "-0";
    std::vector<std::string> command{"XADD", settings.stream_name, id};
    command.insert(command.end(), fields.begin(), fields.end());
    return redis.run(command);
}

std::string Pipeline::checkpoint(const std::string& name) {
    return database.value("SELECT last_id FROM contrail.checkpoints WHERE consumer = '" + name + "'");
}

}  // namespace contrail::test
