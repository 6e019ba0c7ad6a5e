#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

std::vector<std::string> alter_system(const std::string& setting) {
    return {"ALTER SYSTEM SET " + setting + ";", "SELECT pg_reload_conf();"};
}

Finding commit_finding(const PostgresDurability& durability) {
    const std::string check = "postgres.synchronous_commit";
    if (durability.synchronous_commit != "off") return ok(check, durability.synchronous_commit);
    return warning(
        check, "off",
        "A crash of the server loses the newest commits, although the server had confirmed them. A "
        "consumer's checkpoint may then lie before the records that the log still holds. The streamer's own "
        "session sets synchronous_commit to on.",
        {"ALTER DATABASE " + quoted_name(durability.database) + " SET synchronous_commit = on;"});
}

Finding fsync_finding(const PostgresDurability& durability) {
    if (durability.fsync) return ok("postgres.fsync", "on");
    return error(
        "postgres.fsync", "off",
        "A crash of the machine can destroy the database, or lose batches that were already sent. The log is "
        "then ahead of the outbox, and the streamer stops.",
        alter_system("fsync = on"));
}

Finding pages_finding(const PostgresDurability& durability) {
    if (durability.full_page_writes) return ok("postgres.full_page_writes", "on");
    return warning(
        "postgres.full_page_writes", "off",
        "A crash of the machine while it writes a page can destroy that page, unless the file system "
        "writes pages whole, as ZFS does.",
        alter_system("full_page_writes = on"));
}

}  // namespace

PostgresDurability gather_postgres_durability(Database& database) {
    // Behind a pooler, another client may have changed the session's settings. Their reset values are the
    // defaults.
    const auto result = read(database.connection, "read the server's settings",
                             "SELECT current_database(), "
                             "(SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'), "
                             "current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on'");
    return {.database = std::string(result.text(0, 0)),
            .synchronous_commit = std::string(result.text(0, 1)),
            .fsync = result.boolean(0, 2),
            .full_page_writes = result.boolean(0, 3)};
}

Findings judge(const PostgresDurability& durability) {
    return {commit_finding(durability), fsync_finding(durability), pages_finding(durability)};
}

}  // namespace contrail::operations::doctor
