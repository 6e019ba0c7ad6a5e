#include "core/retention_engine.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/listener.hpp"
#include "core/retry_loop.hpp"

namespace contrail {

namespace {

/// The least id that the record after `position` can have.
RecordId after(RecordId position) {
    return {position.sealed_ms, position.offset.next()};
}

std::map<ConsumerName, ConsumerReport> to_note(const LogReports& reports) {
    std::map<ConsumerName, ConsumerReport> reported;
    for (const auto& [consumer, position] : reports.positions)
        reported.emplace(consumer, ConsumerReport(position, reports.owner_of(consumer)));
    return reported;
}

/// How many of the log's newest records take `bytes`, as far as their average size tells.
std::uint64_t records_in(std::uint64_t bytes, const LogUsage& usage) {
    if (usage.bytes == 0) return usage.records;
    const auto average = static_cast<double>(usage.bytes) / static_cast<double>(usage.records);
    return static_cast<std::uint64_t>(static_cast<double>(bytes) / average);
}

/// Moves consumers that are cut off, or have yet to apply a record before `keep_from`, out of `consumers`.
std::vector<RegisteredConsumer> take_out_cut_off(RecordId keep_from,
                                                 std::vector<RegisteredConsumer>& consumers) {
    const auto cut = std::stable_partition(consumers.begin(), consumers.end(), [&](const auto& consumer) {
        return !consumer.cut_off && consumer.position.offset.next() >= keep_from.offset;
    });
    std::vector<RegisteredConsumer> taken(cut, consumers.end());
    consumers.erase(cut, consumers.end());
    return taken;
}

retention_event::Planned planned(const RetentionPlan& plan, bool floor_overruled) {
    return {.needed_from = plan.needed_from.offset,
            .floor_from = plan.floor_from ? std::optional(plan.floor_from->offset) : std::nullopt,
            .allowed_from = plan.allowed_from.offset,
            .floor_overruled = floor_overruled};
}

}  // namespace

RetentionEngine::RetentionEngine(Outbox& outbox, LogKeeper& log, Clock& clock, RetentionOptions options,
                                 OnRetentionEvent on_event)
    : outbox_(outbox),
      log_(log),
      clock_(clock),
      options_(options),
      on_event_(or_ignore(std::move(on_event))) {}

RetentionPlan RetentionEngine::plan() {
    // Another outbox's consumers must not be noted here.
    log_.act_for(outbox_.identity());
    // Reports are noted before anything is decided: what is dropped later was, by then, durably known to be
    // needed by no consumer.
    const LogReports reports = this->reports();
    auto consumers = outbox_.registry().note(to_note(reports));
    tell_of_new(consumers);
    restore_owners(consumers, reports);
    const LogUsage usage = log_.usage();
    sealing_ms_ = sealing_clock();

    RetentionPlan plan{.allowed_from = first_within(options_.limits, usage),
                       .floor_from = first_of_floor(usage)};
    auto cut_off = take_out_cut_off(plan.allowed_from, consumers);
    warn(consumers, usage);
    plan.needed_from = first_needed(consumers, usage);
    // Without consumers nothing is needed, and their limit is one of the log's.
    if (consumers.empty()) plan.allowed_from = std::max(plan.allowed_from, plan.needed_from);
    plan.keep_from =
        std::max(plan.allowed_from, std::min(plan.needed_from, plan.floor_from.value_or(plan.needed_from)));
    judge_floor(plan, usage);
    for (RegisteredConsumer& consumer : cut_off) {
        const bool changed = mark(consumer, plan.keep_from);
        (changed ? plan.cut_off : plan.cut_off_before).push_back(std::move(consumer));
    }
    return plan;
}

RetentionEngine::Moving RetentionEngine::moving() {
    const LogUsage usage = log_.usage();
    return {.reports = reports(), .first = usage.first, .head = usage.head};
}

/// What consumers have reported. Tells of what other programs wrote in between, and goes on without it: one of them
/// must not stop retention, or fill the registry.
LogReports RetentionEngine::reports() {
    const StrayReports stray = log_.stray_reports();
    if (stray.too_many_names()) {
        if (!std::exchange(too_many_names_told_, true))
            on_event_(retention_event::TooManyNames{stray.names, consumers_max});
        return {};
    }
    too_many_names_told_ = false;
    for (const std::string& entry : stray.entries)
        if (!strays_told_.contains(entry)) on_event_(retention_event::StrayReport{entry});
    strays_told_ = {stray.entries.begin(), stray.entries.end()};
    return log_.reports();
}

/// Notes the owners beside the log as the registry knows them: a log that was lost has forgotten them, and an older
/// copy of it has those of its time.
void RetentionEngine::restore_owners(const std::vector<RegisteredConsumer>& consumers,
                                     const LogReports& reports) {
    for (const RegisteredConsumer& consumer : consumers)
        if (!consumer.owner.id.empty()) restore_owner(consumer, reports.owner_of(consumer.name));
}

/// `noted`: what the log had noted when this pass began. What is noted since then stays. A position that another owner
/// reported must not pass for this one's.
void RetentionEngine::restore_owner(const RegisteredConsumer& consumer, const NotedOwner& noted) {
    const bool agrees = noted.owner.id == consumer.owner.id;
    if (agrees && noted.moved_from.empty()) return;
    const bool is_others = !agrees && !noted.owner.id.empty();
    const auto position = is_others ? std::optional(consumer.position) : std::nullopt;
    const bool done = log_.assign_owner(consumer.name, {.owner = consumer.owner}, position, noted.owner.id);
    if (done && is_others)
        on_event_(retention_event::OwnerRestored{consumer.name, consumer.owner, noted.owner});
}

void RetentionEngine::tell_of_new(const std::vector<RegisteredConsumer>& consumers) {
    std::set<ConsumerName> names;
    for (const RegisteredConsumer& consumer : consumers) {
        names.insert(consumer.name);
        if (known_ && !known_->contains(consumer.name))
            on_event_(retention_event::ConsumerRegistered{consumer.name, consumer.position});
    }
    known_ = std::move(names);
}

/// Now, by the clock that gave records their times. This machine's would give every record a wrong age while it is
/// wrong. Nothing if age does not count, or while the two disagree: the sealing clock may be the wrong one, and what
/// has gone does not come back.
std::optional<std::uint64_t> RetentionEngine::sealing_clock() {
    if (!options_.limits.age_max && !options_.floor.age_min) return std::nullopt;
    const auto before = static_cast<std::int64_t>(clock_.unix_ms());
    const std::uint64_t sealing_ms = outbox_.now_ms();
    const auto after = static_cast<std::int64_t>(clock_.unix_ms());
    const auto sealing = static_cast<std::int64_t>(sealing_ms);
    const Clock::Duration ahead(sealing -
                                std::clamp(sealing, std::min(before, after), std::max(before, after)));
    if (std::chrono::abs(ahead) <= options_.clock_difference_max) {
        clocks_disagree_told_ = false;
        return sealing_ms;
    }
    if (!std::exchange(clocks_disagree_told_, true)) on_event_(retention_event::ClocksDisagree{ahead});
    return std::nullopt;
}

/// Marks a consumer as one that misses everything before `keep_from`. No record before it is kept for this
/// consumer, which may be further than it has reported and pass the part that is dropped first. False if it
/// is so marked already.
bool RetentionEngine::mark(RegisteredConsumer& consumer, RecordId keep_from) {
    const Offset last{keep_from.offset.value - (keep_from.offset.value > 0 ? 1 : 0)};
    if (!consumer.cut_off) {
        consumer.cut_off = CutOff{
            .first_missed = consumer.position.offset.next(), .last_missed = last, .at_ms = clock_.unix_ms()};
        return true;
    }
    return last > std::exchange(consumer.cut_off->last_missed, std::max(consumer.cut_off->last_missed, last));
}

/// Without consumers no record is needed. The log keeps them all the same, up to a limit of its own.
RecordId RetentionEngine::first_needed(const std::vector<RegisteredConsumer>& consumers,
                                       const LogUsage& usage) {
    if (consumers.empty()) {
        if (!std::exchange(no_consumers_told_, true))
            on_event_(retention_event::NoConsumers{options_.unregistered_bytes_max});
        return first_within({.bytes_max = options_.unregistered_bytes_max}, usage);
    }
    no_consumers_told_ = false;
    const auto slowest = std::min_element(
        consumers.begin(), consumers.end(),
        [](const auto& one, const auto& other) { return one.position.offset < other.position.offset; });
    return after(slowest->position);
}

void RetentionEngine::run_once() {
    const RetentionPlan plan = this->plan();
    on_event_(planned(plan, floor_overruled_));
    for (const RegisteredConsumer& consumer : plan.cut_off) {
        if (outbox_.registry().mark_cut_off(consumer.name, *consumer.cut_off))
            on_event_(retention_event::ConsumerCutOff{consumer.name, *consumer.cut_off});
    }
    publish_cut_offs(plan);
    if (plan.keep_from.offset <= Offset{1}) return;

    log_.trim(plan.keep_from);
    // The trim has kept what consumers need that registered or were set back since the plan. So must the outbox: the
    // log may lose it.
    outbox_.registry().note(to_note(reports()));
    const Released released = outbox_.release(plan.keep_from.offset.previous());
    on_event_(retention_event::Dropped{plan.keep_from, released});
    if (released.obstacle != std::exchange(obstacle_, released.obstacle) && !obstacle_.empty())
        on_event_(retention_event::Obstructed{obstacle_});
}

void RetentionEngine::run(const std::stop_token& stop) {
    const auto step = [this]() -> StepResult {
        const auto begun = clock_.now();
        Moving now = moving();
        const bool moves = moved_to_ != now;
        if (moves || begun - passed_ >= options_.idle_every) {
            run_once();
            moved_to_ = std::move(now);
            passed_ = begun;
        }
        const auto next = moves ? options_.every : options_.idle_ask_every;
        return {.succeeded = true, .pause = next - (clock_.now() - begun)};
    };
    repeat(
        step, stop, clock_, options_.retry, Endures::every_error,
        [this](const Error& error, Clock::Duration pause) {
            on_event_(retention_event::Retrying{error, pause});
        },
        [](const Error& /*error*/) {});
}

/// The least id that `limits` allow; 0-0 if they allow all that there is.
RecordId RetentionEngine::first_within(const RetentionLimits& limits, const LogUsage& usage) {
    RecordId first;
    if (limits.age_max) first = first_younger_than(*limits.age_max, usage);
    if (limits.records_max) first = std::max(first, first_of_newest(*limits.records_max, usage));
    if (limits.bytes_max)
        first = std::max(first, first_of_newest(records_in(*limits.bytes_max, usage), usage));
    return first;
}

/// The least id that the floor keeps; 0-0 if it keeps all that there is.
std::optional<RecordId> RetentionEngine::first_of_floor(const LogUsage& usage) {
    const RetentionFloor& floor = options_.floor;
    std::optional<RecordId> first;
    const auto keep = [&first](RecordId from) { first = std::min(first.value_or(from), from); };
    if (floor.age_min) keep(first_younger_than(*floor.age_min, usage));
    if (floor.records_min) keep(first_of_newest(*floor.records_min, usage));
    if (floor.bytes_min) keep(first_of_newest(records_in(*floor.bytes_min, usage), usage));
    return first;
}

/// The first of the log's newest `records`; 0-0 if the log holds no more than those.
RecordId RetentionEngine::first_of_newest(std::uint64_t records, const LogUsage& usage) {
    return records < usage.records ? id_of({usage.head.offset.value - records + 1}) : RecordId{};
}

/// 0-0 while the age of records is not known.
RecordId RetentionEngine::first_younger_than(std::chrono::milliseconds age, const LogUsage& usage) {
    const auto age_ms = static_cast<std::uint64_t>(age.count());
    if (usage.records == 0 || !sealing_ms_ || *sealing_ms_ <= age_ms) return {};
    return first_sealed_since(*sealing_ms_ - age_ms, usage);
}

/// Of limit and floor, the limit wins: it protects the log's server. A log that the limit has cut shows no
/// contradiction until it grows again, so that ends only when the log holds what the floor asks for.
void RetentionEngine::judge_floor(const RetentionPlan& plan, const LogUsage& usage) {
    const bool floor_is_known = !options_.floor.age_min || sealing_ms_;
    if (!plan.floor_from || !floor_is_known) return;
    const Offset first_kept = std::max(usage.first.offset, plan.floor_from->offset);
    if (plan.allowed_from.offset <= first_kept) {
        if (plan.floor_from->offset > usage.first.offset) floor_overruled_ = false;
    } else if (!std::exchange(floor_overruled_, true)) {
        on_event_(retention_event::FloorOverruled{*plan.floor_from, plan.allowed_from});
    }
}

/// 0-0 for a record that was released: the release asked whether a consumer needs it.
RecordId RetentionEngine::id_of(Offset offset) {
    const auto batch = outbox_.find(offset);
    return batch ? RecordId{batch->sealed_ms, offset} : RecordId{};
}

RecordId RetentionEngine::first_sealed_since(std::uint64_t unix_ms, const LogUsage& usage) {
    constexpr auto offset_max = std::numeric_limits<std::uint64_t>::max();
    if (const auto first = log_.first_after({unix_ms - 1, {offset_max}})) return *first;
    // If the head is not that old, the log lost it since. Its records come back, and they are no older for that.
    return usage.head.sealed_ms < unix_ms ? after(usage.head) : RecordId{};
}

/// The share that each limit's use has reached by keeping what follows `position`.
std::vector<std::pair<std::string_view, double>> RetentionEngine::limits_used(RecordId position,
                                                                              const LogUsage& usage) {
    std::vector<std::pair<std::string_view, double>> used;
    if (position.offset >= usage.head.offset) return used;
    const RetentionLimits& limits = options_.limits;
    const auto lag = static_cast<double>(usage.head.offset.value - position.offset.value);
    if (limits.records_max)
        used.emplace_back("--log-max-records", lag / static_cast<double>(*limits.records_max));
    if (limits.bytes_max) {
        const auto records_max = static_cast<double>(records_in(*limits.bytes_max, usage));
        used.emplace_back("--log-max-bytes", lag / std::max(records_max, 1.0));
    }
    if (const auto needed = limits.age_max && sealing_ms_ ? log_.first_after(position) : std::nullopt) {
        const auto age = static_cast<double>(*sealing_ms_) - static_cast<double>(needed->sealed_ms);
        used.emplace_back("--log-max-age", age / static_cast<double>(limits.age_max->count()));
    }
    return used;
}

/// Warns of each limit once, when a consumer comes near it, and again only after the consumer had left its
/// reach.
void RetentionEngine::warn(const std::vector<RegisteredConsumer>& consumers, const LogUsage& usage) {
    std::set<std::pair<ConsumerName, std::string_view>> near;
    for (const RegisteredConsumer& consumer : consumers) {
        for (const auto& [limit, used] : limits_used(consumer.position, usage)) {
            if (used < options_.warn_at) continue;
            near.emplace(consumer.name, limit);
            if (!warned_.contains({consumer.name, limit}))
                on_event_(retention_event::NearLimit{consumer.name, limit, used});
        }
    }
    warned_ = std::move(near);
}

/// Leaves a notice beside the log for every consumer that is cut off, and removes notices that no longer
/// hold. Each pass does so, because a log that was lost has no notices.
void RetentionEngine::publish_cut_offs(const RetentionPlan& plan) {
    auto notices = log_.cut_offs();
    for (const auto* consumers : {&plan.cut_off_before, &plan.cut_off}) {
        for (const RegisteredConsumer& consumer : *consumers) {
            const auto notice = notices.extract(consumer.name);
            if (notice.empty() || notice.mapped() != *consumer.cut_off)
                log_.mark_cut_off(consumer.name, consumer.cut_off);
        }
    }
    for (const auto& [consumer, outdated] : notices) log_.mark_cut_off(consumer, std::nullopt);
}

}  // namespace contrail
