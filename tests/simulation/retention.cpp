#include "contrail/retention.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "actors.hpp"
#include "contrail/overloaded.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"

namespace contrail::simulation {

namespace {

/// Whatever the clocks say, so many steps have passed since the record was sealed as the limit of age allows.
void require_age(World& world, Offset offset) {
    constexpr std::uint64_t steps_between_seal_and_note = 1;
    if (world.plan.log_age_max_ms == 0 || world.plan.log_records_max > 0) return;
    const auto after = world.sealed.upper_bound(offset);
    if (after == world.sealed.begin()) return;
    const std::uint64_t age = world.step - std::prev(after)->second + steps_between_seal_and_note;
    if (age >= world.plan.log_age_max_ms) return;
    world.violate(Rule::nothing_needed_dropped, "offset " + std::to_string(offset.value) +
                                                    " is dropped at the age of " + std::to_string(age) +
                                                    " ms, and the limit is " +
                                                    std::to_string(world.plan.log_age_max_ms));
}

/// Without limits, the newest records stay that the floor asks for.
void require_floor(World& world, Offset keep_from) {
    const Plan& plan = world.plan;
    if (plan.log_records_min == 0 || plan.log_records_max > 0 || plan.log_age_max_ms > 0) return;
    const std::uint64_t records = world.oracle.records_seen();
    if (keep_from.value + plan.log_records_min <= records + 1) return;
    world.violate(Rule::nothing_needed_dropped,
                  "what comes before offset " + std::to_string(keep_from.value) +
                      " is dropped, and the floor keeps " + std::to_string(plan.log_records_min) + " of " +
                      std::to_string(records) + " records");
}

/// Counts retention's events and writes them into the history.
void trace(Service& service, const RetentionEvent& event) {
    Process& process = service.process;
    World& world = process.world;
    std::visit(
        overloaded{
            [&](const retention_event::Dropped& dropped) {
                require_floor(world, dropped.keep_from.offset);
                const auto segments = dropped.released.segments_emptied;
                world.happened(Happened::segment_emptied, segments);
                world.tell(process.name(), [&] {
                    return "dropped what comes before " + dropped.keep_from.to_string() + "; emptied " +
                           std::to_string(segments) + " segments";
                });
            },
            [&](const retention_event::Obstructed&) { world.happened(Happened::segment_in_use); },
            [&](const retention_event::ClocksDisagree&) { world.happened(Happened::clocks_disagreed); },
            [&](const retention_event::OwnerRestored&) { world.happened(Happened::owner_restored); },
            [&](const retention_event::ConsumerCutOff& cut_off) {
                require_age(world, cut_off.missed.first_missed);
                world.happened(Happened::consumer_cut_off);
                world.tell(process.name(), [&] {
                    return "cut off " + cut_off.consumer.str() + ", which misses " +
                           std::to_string(cut_off.missed.first_missed.value) + " to " +
                           std::to_string(cut_off.missed.last_missed.value);
                });
            },
            [&](const retention_event::Retrying& retrying) {
                service.retry(retrying.error);
                if (retrying.error.retry() == Retry::never)
                    world.violate(Rule::goes_on,
                                  process.name() + " goes on in vain: " + retrying.error.what());
            },
            [](const auto&) {},
        },
        event);
}

Retention::Options retention_options(const Plan& plan) {
    Retention::Options options;
    if (plan.log_records_max > 0) options.limits.records_max = plan.log_records_max;
    if (plan.log_age_max_ms > 0) options.limits.age_max = Clock::Duration(plan.log_age_max_ms);
    if (plan.log_records_min > 0) options.floor.records_min = plan.log_records_min;
    return options;
}

/// Retention keeps nothing for a consumer that neither it nor the log knows.
void wait_for_new_consumers(Process& process) {
    const World& world = process.world;
    while (!world.plan.registered_beforehand && !process.stop_token().stop_requested() &&
           !std::ranges::all_of(world.consumers,
                                [&](const auto& key) { return world.database.checkpoint(key).has_value(); }))
        process.sleep(1);
}

}  // namespace

bool run_retention(Process& process) {
    wait_for_new_consumers(process);
    Service service(process);
    const auto own_outbox = make_outbox(process);
    testing::FaultyOutbox outbox(*own_outbox, service.session_faults);
    Retention retention(outbox, service.log, service.clock, retention_options(process.world.plan),
                        [&](const RetentionEvent& event) { trace(service, event); });
    return service.run([&](const std::stop_token& stop) { retention.run(stop); }, [] { return false; });
}

}  // namespace contrail::simulation
