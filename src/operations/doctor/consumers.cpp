#include <fmt/format.h>

#include <optional>
#include <utility>

#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

namespace {

std::string describe(const ConsumerProgress& consumer) {
    std::string text = "level with the log";
    if (consumer.lag_records > 0) text = records_text(consumer.lag_records) + " behind";
    if (consumer.lag_records > 0 && consumer.lag) text += ", " + duration_text(*consumer.lag);
    if (consumer.moved_ago) text += "; moved " + duration_text(*consumer.moved_ago) + " ago";
    return text;
}

Finding cut_off_finding(const ConsumerProgress& consumer) {
    const std::string name = consumer.name.str();
    return error(
        "consumer.progress",
        fmt::format("cut off after offset {}; missed offsets {} to {}", consumer.position.offset.value,
                    consumer.cut_off->first_missed.value, consumer.cut_off->last_missed.value),
        "A limit on the log dropped records that this consumer had not applied. It stops when it reaches the "
        "gap. The commands let it continue with the oldest record that the log holds; first make good by "
        "other means what it missed.",
        {"contrail consumer reset " + name + " --to earliest",
         "contrail consumer reset " + name + " --to earliest --execute"});
}

Finding progress_finding(const ConsumerProgress& consumer) {
    const std::string check = "consumer.progress";
    if (consumer.cut_off) return cut_off_finding(consumer);
    if (consumer.came_back())
        return warning(
            check,
            describe(consumer) + "; forgotten " + duration_text(*consumer.forgotten_ago) + " ago, and back",
            "An operator has forgotten this consumer, and its position is reported again. If it was started again, "
            "all is well. If not, an older Redis file has brought it back, and log and outbox keep records for it "
            "until you forget it once more.",
            {"contrail status", "contrail consumer forget " + consumer.name.str()});
    if (consumer.state() != ProgramState::stalled) return ok(check, describe(consumer));
    return warning(
        check, describe(consumer),
        "The consumer is not running, or cannot continue; its log says which. Log and outbox keep every "
        "record that it needs, and grow until a limit cuts it off. Start it, or forget it if it will "
        "not run again.",
        {"contrail status", "contrail consumer forget " + consumer.name.str()});
}

/// Nothing for a consumer that has yet to report.
std::optional<Finding> owner_finding(const ConsumerProgress& consumer) {
    const std::string check = "consumer.owner";
    if (!consumer.owner.empty()) return ok(check, consumer.owner);
    if (!consumer.moved_ago || consumer.position == RecordId{}) return std::nullopt;
    return warning(
        check, "none",
        "The consumer reports without saying in which database its checkpoint is, as clients did before that "
        "was part of the protocol. A second database that uses the same name would not be refused, and the log "
        "is trimmed behind the faster one. Bring the client up to docs/protocol.md.",
        {});
}

}  // namespace

Findings judge(const std::vector<ConsumerProgress>& consumers) {
    if (consumers.empty())
        return {warning(
            "consumer.registered", "none",
            "Without a registered consumer, the log keeps only the newest records: 1 GiB, or "
            "--log-unregistered-max-bytes. A consumer that comes later cannot start from the beginning. "
            "Start a consumer: it registers itself.",
            {"contrail consumer list   # after the first consumer has run"})};
    Findings findings{ok("consumer.registered", std::to_string(consumers.size()))};
    for (const ConsumerProgress& consumer : consumers) {
        findings.push_back(progress_finding(consumer));
        findings.back().subject = consumer.name.str();
        if (auto owner = owner_finding(consumer)) {
            owner->subject = consumer.name.str();
            findings.push_back(std::move(*owner));
        }
    }
    return findings;
}

}  // namespace contrail::operations::doctor
