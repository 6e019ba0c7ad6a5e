// Two of the peers that Contrail is measured beside: a plain outbox and PgQ, each with the relay that a service would
// write. Each prints nothing and runs until it is killed.
//
//     contrail_peer_relay plain|pgq DATABASE_URL REDIS_PORT

#include <hiredis/hiredis.h>
#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace {

/// Of a poll that found nothing: the longest that a record waits for the next one.
constexpr std::chrono::milliseconds idle_pause{10};

using Rows = std::unique_ptr<PGresult, decltype(&PQclear)>;

[[noreturn]] void fail(const char* reason) {
    std::fprintf(stderr, "contrail_peer_relay: %s\n", reason);
    std::exit(1);
}

class Relay {
public:
    Relay(const char* database, int redis_port)
        : database_(PQconnectdb(database)),
          redis_(redisConnect("127.0.0.1", redis_port)) {
        if (PQstatus(database_) != CONNECTION_OK) fail(PQerrorMessage(database_));
        if (redis_ == nullptr || redis_->err != 0) fail("cannot connect to Redis");
    }

    /// False: there was nothing.
    bool relay_rows() {
        run("BEGIN");
        const Rows rows = run("SELECT id, data FROM outbox ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED");
        send(rows.get());
        std::string ids;
        for (int row = 0; row < PQntuples(rows.get()); ++row)
            ids.append(row == 0 ? "" : ",").append(PQgetvalue(rows.get(), row, 0));
        if (!ids.empty()) run("DELETE FROM outbox WHERE id IN (" + ids + ")");
        run("COMMIT");
        return !ids.empty();
    }

    bool relay_batch() {
        run("SELECT pgq.ticker('rides')");
        const Rows next = run("SELECT pgq.next_batch('rides', 'relay')");
        if (PQgetisnull(next.get(), 0, 0) != 0) return false;
        const std::string batch = PQgetvalue(next.get(), 0, 0);
        const Rows rows =
            run("SELECT ev_id, ev_data FROM pgq.get_batch_events(" + batch + ") ORDER BY ev_id");
        send(rows.get());
        run("SELECT pgq.finish_batch(" + batch + ")");
        return PQntuples(rows.get()) > 0;
    }

private:
    Rows run(const std::string& statement) {
        Rows rows(PQexec(database_, statement.c_str()), &PQclear);
        const auto status = PQresultStatus(rows.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(PQerrorMessage(database_));
        return rows;
    }

    /// The id is in the first column, and the data in the second one. A thousand records are on their way at once.
    void send(const PGresult* rows) {
        constexpr int pipelined_max = 1'000;
        for (int first = 0; first < PQntuples(rows); first += pipelined_max) {
            const int last = std::min(first + pipelined_max, PQntuples(rows));
            for (int row = first; row < last; ++row)
                redisAppendCommand(redis_, "XADD rides * data %b", PQgetvalue(rows, row, 1),
                                   static_cast<std::size_t>(PQgetlength(rows, row, 1)));
            for (int row = first; row < last; ++row) {
                void* reply = nullptr;
                if (redisGetReply(redis_, &reply) != REDIS_OK) fail("Redis does not reply");
                freeReplyObject(reply);
            }
        }
    }

    PGconn* database_;
    redisContext* redis_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) fail("plain|pgq DATABASE_URL REDIS_PORT");
    Relay relay(argv[2], std::atoi(argv[3]));
    const bool plain = std::string_view(argv[1]) == "plain";
    for (;;)
        if (!(plain ? relay.relay_rows() : relay.relay_batch())) std::this_thread::sleep_for(idle_pause);
}
