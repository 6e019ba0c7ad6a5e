#include "operations/doctor/consumers.hpp"

#include <fmt/format.h>

#include "operations/units.hpp"

namespace contrail::doctor {

namespace {

std::string describe(const ConsumerStanding& consumer) {
    std::string text = "level with the log";
    if (consumer.lag_records > 0) text = records_text(consumer.lag_records) + " behind";
    if (consumer.lag_records > 0 && consumer.lag) text += ", " + duration_text(*consumer.lag);
    if (consumer.moved_ago) text += "; moved " + duration_text(*consumer.moved_ago) + " ago";
    return text;
}

Finding cut_off_finding(const ConsumerStanding& consumer) {
    const std::string name = consumer.name.str();
    return error(
        "consumer.progress",
        fmt::format("cut off after offset {}; missed {} to {}", consumer.position.offset.value,
                    consumer.cut_off->first_missed.value, consumer.cut_off->last_missed.value),
        "A limit of retention dropped records before it had applied them, and it stops. Reset, it goes on "
        "with the oldest record that is there; what it missed has to be made good by other means.",
        {"contrail consumer reset " + name + " --to earliest",
         "contrail consumer reset " + name + " --to earliest --execute"});
}

Finding progress_finding(const ConsumerStanding& consumer) {
    const std::string check = "consumer.progress";
    switch (consumer.state()) {
        case ConsumerState::active:
            return ok(check, describe(consumer));
        case ConsumerState::cut_off:
            return cut_off_finding(consumer);
        case ConsumerState::stalled:
            break;
    }
    return warning(
        check, describe(consumer),
        "It does not run, or cannot go on; its log says which. Everything that it needs is kept for it: "
        "log and outbox grow until a limit cuts it off. If it is not to run again, forget it.",
        {"contrail consumer list", "contrail consumer forget " + consumer.name.str()});
}

}  // namespace

Findings judge(const std::vector<ConsumerStanding>& consumers) {
    if (consumers.empty())
        return {warning(
            "consumer.registered", "none",
            "Consumers are registered when they first commit. Until one is, the log is kept as far as "
            "1 GiB goes; a consumer that comes later than that cannot start from the beginning.",
            {"contrail consumer list   # once the first one has run"})};
    Findings findings{ok("consumer.registered", std::to_string(consumers.size()))};
    for (const ConsumerStanding& consumer : consumers) {
        findings.push_back(progress_finding(consumer));
        findings.back().subject = consumer.name.str();
    }
    return findings;
}

}  // namespace contrail::doctor
