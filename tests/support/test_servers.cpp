#include "support/test_servers.hpp"

#include "postgres/migrations.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::test {

namespace {

constexpr auto migrated_database = "migrated";

const servers::TemporaryDirectory& directory() {
    static const servers::TemporaryDirectory shared;
    return shared;
}

std::string next_name(const std::string& prefix) {
    static int number = 0;
    return prefix + std::to_string(++number);
}

/// The database that fresh ones are copied from: quicker than to migrate each.
void make_migrated_database() {
    shared_postgres().create_database(migrated_database);
    Settings settings;
    settings.database_url = shared_postgres().url(migrated_database);
    postgres::migrate(settings);
}

}  // namespace

servers::PrivatePostgres& shared_postgres() {
    // Autovacuum takes transaction ids and locks whenever it likes, and tests count both.
    static servers::PrivatePostgres server(
        {.data_dir = directory().path() / "postgres", .durable = false, .settings = {{"autovacuum", "off"}}});
    return server;
}

servers::PrivateRedis& shared_redis() {
    static servers::PrivateRedis server({.data_dir = directory().path() / "redis", .append_only = false});
    return server;
}

Settings fresh_settings() {
    [[maybe_unused]] static const bool migrated = (make_migrated_database(), true);
    const std::string name = next_name("test");
    shared_postgres().create_database(name, migrated_database);
    Settings settings;
    settings.database_url = shared_postgres().url(name);
    settings.log_url = shared_redis().url();
    settings.stream_name = name + "-log";
    return settings;
}

std::string fresh_database() {
    const std::string name = next_name("empty");
    shared_postgres().create_database(name);
    return shared_postgres().url(name);
}

}  // namespace contrail::test
