#include <string>

#include "bench/bare/redis.hpp"
#include "bench/relayed_outbox.hpp"

namespace contrail::bench {

namespace {

class PlainOutbox final : public RelayedOutbox {
public:
    explicit PlainOutbox(const Site& site)
        : postgres_(site.settings().database_url),
          redis_(site.settings()),
          stream_(site.settings().stream_name) {
        postgres_.run("CREATE TABLE outbox (id bigserial PRIMARY KEY, action text, object text, data jsonb)");
    }

    void stage(std::uint64_t records) override {
        postgres_.run("INSERT INTO outbox (action, object, data) SELECT 'create', 'ride', " + ride_json() +
                      " FROM generate_series(1, " + std::to_string(records) + ") i");
    }

    void drain() override {
        while (relay_some()) {
        }
        redis_.run({"XTRIM", stream_, "MAXLEN", "0"});
    }

private:
    bool relay_some() {
        postgres_.run("BEGIN");
        const auto rows = postgres_.run("SELECT id, action, object, data FROM outbox ORDER BY id LIMIT 1000");
        const int count = PQntuples(rows.get());
        for (int row = 0; row < count; ++row) {
            redisAppendCommand(redis_.native(), "XADD %s * action %s object %s data %s", stream_.c_str(),
                               PQgetvalue(rows.get(), row, 1), PQgetvalue(rows.get(), row, 2),
                               PQgetvalue(rows.get(), row, 3));
        }
        for (int row = 0; row < count; ++row) redis_.reply();
        if (count > 0)
            postgres_.run(std::string("DELETE FROM outbox WHERE id <= ") +
                          PQgetvalue(rows.get(), count - 1, 0));
        postgres_.run("COMMIT");
        return count > 0;
    }

    BarePostgres postgres_;
    BareRedis redis_;
    std::string stream_;
};

}  // namespace

std::unique_ptr<RelayedOutbox> plain_outbox(const Site& site) {
    return std::make_unique<PlainOutbox>(site);
}

}  // namespace contrail::bench
