#include <fmt/format.h>

#include <utility>

#include "operations/doctor/checks.hpp"
#include "postgres/identity.hpp"

namespace contrail::operations::doctor {

namespace {

Finding outbox_finding(const LogOutbox& outbox) {
    const std::string check = "log.outbox";
    if (!outbox.fed_by) {
        if (outbox.head == RecordId{}) return ok(check, "none yet");
        return error(
            check, "the log holds records and names no outbox",
            "Another program removed the name or wrote the records, so the log refuses every streamer. If these "
            "records are this outbox's, assign the log to it.",
            {"contrail adopt"});
    }
    if (outbox.fed_by->id == outbox.outbox_id) return ok(check, "this one, " + outbox.outbox_id);
    return error(
        check,
        fmt::format("the outbox {} ({}), and not {}", outbox.fed_by->id, outbox.fed_by->name,
                    outbox.outbox_id.empty() ? "this one, which is new" : outbox.outbox_id),
        "The log refuses this outbox. DATABASE_URL, LOG_URL or STREAM_NAME leads to another service, or to a "
        "copy of its database. If this outbox is to feed the log from now on, stop the streamers of the other "
        "one and run `contrail adopt`.",
        {"contrail adopt"});
}

}  // namespace

LogOutbox gather_log_outbox(Database& database, Log& log) {
    // The head first: a streamer claims the log before it appends.
    const RecordId head = log.head();
    auto fed_by = log.fed_by();
    const auto identity = postgres::identity(database.connection, database.quoted_schema);
    return {.fed_by = std::move(fed_by), .outbox_id = identity.outbox_id, .head = head};
}

Findings judge(const LogOutbox& outbox) {
    return {outbox_finding(outbox)};
}

}  // namespace contrail::operations::doctor
