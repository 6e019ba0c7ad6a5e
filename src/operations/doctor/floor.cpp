#include "logs/logs.hpp"
#include "operations/doctor/checks.hpp"
#include "operations/retention_text.hpp"

namespace contrail::operations::doctor {

std::optional<retention_event::Planned> gather_retention(const Settings& settings) {
    const auto posted = logs::open_status_board(settings)->read();
    const auto streamer = posted.statuses.find(status::streamer_field);
    return streamer == posted.statuses.end() ? std::nullopt : streamer->second.retention;
}

Findings judge(const retention_event::Planned& retention) {
    const std::string check = "log.floor";
    const std::string found = retention_text(retention);
    if (!retention.floor_overruled) return {ok(check, found)};
    return {warning(
        check, found,
        "The streamer's floor (--log-min-age, --log-min-records, --log-min-bytes) and its limits (--log-max-age, "
        "--log-max-records, --log-max-bytes, --log-unregistered-max-bytes) contradict each other, and the limits win. "
        "So a consumer can go back only as far as the limits allow. Lower the floor, or raise the limit.",
        {"contrail trim --dry-run   # with the streamer's flags: what each of them keeps"})};
}

}  // namespace contrail::operations::doctor
