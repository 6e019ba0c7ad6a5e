#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "contrail/redis.hpp"
#include "postgres/adopt.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

inline Settings in_database(Settings settings, const std::string& url) {
    settings.database_url = url;
    return settings;
}

/// Copies a database as backups do.
inline void dump_and_restore(const std::string& from, const std::string& to) {
    const std::string command =
        "pg_dump '" + from + "' | psql --quiet --output /dev/null -v ON_ERROR_STOP=1 '" + to + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

/// A service and its consumers, which have a database of their own, so that they lose nothing when the
/// service's does.
class Adopt : public ::testing::Test {
protected:
    /// The state that the service's database has now, in another one of the same server. It takes itself for the
    /// same database, as one that was set back does.
    Settings copy_of_now() {
        const std::string url = fresh_database();
        dump_and_restore(service.settings.database_url, url);
        AdminPostgres(url).run(
            "UPDATE contrail.cluster_identity SET noted_xid = pg_current_xact_id(), "
            "table_oid = 'contrail.cluster_identity'::regclass, outbox_tables = DEFAULT, "
            "database_oid = (SELECT oid FROM pg_database WHERE datname = current_database())");
        return in_database(service.settings, url);
    }

    postgres::Adoption examine(const Settings& settings) {
        return postgres::plan_adoption(settings, *redis_log(settings));
    }
    postgres::Adoption adopt(const Settings& settings) {
        return postgres::adopt(settings, *redis_log(settings));
    }

    /// Twice, because a position is told to the log along with the request that follows.
    static std::vector<std::string> consume(Pipeline& consumers, const std::string& name) {
        const auto consumed = consumers.consume(name);
        consumers.consume(name);
        return consumed;
    }
    std::vector<std::string> consume(const std::string& name = "totals") { return consume(consumers, name); }

    /// The last id in the log, as its server writes it.
    std::string head() { return redis_log(service.settings)->head().to_string(); }

    void write_to_log(const std::string& id, const std::string& data) {
        service.redis.run(
            {"XADD", service.settings.stream_name, id, "action", "create", "object", "ride", "data", data});
    }

    static void expect_to_be_nothing_to_adopt(const postgres::Adoption& adoption) {
        EXPECT_EQ(adoption.reason, "");
    }

    Pipeline service;
    Pipeline consumers{in_database(service.settings, fresh_settings().database_url)};
};

}  // namespace contrail::test
