#pragma once

#include <string>
#include <vector>

#include "contrail/consumer.hpp"
#include "contrail/settings.hpp"
#include "contrail/streamer.hpp"
#include "support/admin_postgres.hpp"
#include "support/admin_redis.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

/// A service's outbox, its log and its consumers on real servers, driven step by step.
class Pipeline {
public:
    explicit Pipeline(Settings settings = fresh_settings());

    const Settings settings;
    AdminPostgres database{settings.database_url};
    AdminRedis redis{settings.log_url};

    /// Stages JSON texts in one transaction.
    void stage(const std::vector<std::string>& records);

    /// Starts a streamer anew, as after a crash, and lets it work until nothing is left.
    void stream();

    /// Starts a consumer anew and lets it work until nothing is left. Returns what its handler was given
    /// and what was committed.
    std::vector<std::string> consume(const std::string& name = "consumer");

    /// What the log holds.
    std::vector<Record> logged();
    std::vector<std::string> logged_data();

    /// Has another program write to the log, after its last record. Returns the id: the one that XADD makes of
    /// `*` in a later millisecond; in the same one it would be the next record's.
    std::string add_foreign_entry(const std::vector<std::string>& fields);

    /// The consumer's checkpoint; empty if it has none.
    std::string checkpoint(const std::string& name = "consumer");
};

}  // namespace contrail::test
