#include "operations/status/published_consumers.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace contrail::operations {

namespace {

using Instances = std::vector<const status::ProgramStatus*>;

/// What one instance does is not what the consumer does. The first of these that one is in counts.
constexpr std::array ranks{ProgramState::halted, ProgramState::retrying,    ProgramState::consuming,
                           ProgramState::idle,   ProgramState::standing_by, ProgramState::stopped};

std::size_t rank(ProgramState state) {
    return static_cast<std::size_t>(std::ranges::find(ranks, state) - ranks.begin());
}

/// By the consumer's name.
std::map<std::string, Instances> instances_in(const status::StatusBoard::Posted& posted) {
    std::map<std::string, Instances> instances;
    for (const auto& [field, status] : posted.statuses) {
        if (!field.starts_with(status::consumer_field_prefix)) continue;
        const std::string name = field.substr(status::consumer_field_prefix.size());
        instances[name.substr(0, name.find(':'))].push_back(&status);
    }
    for (auto& [name, all] : instances) std::ranges::sort(all, {}, &status::ProgramStatus::at_ms);
    return instances;
}

/// Those at work. If none is, the one that shows why.
Instances that_count(Instances all, const status::StatusBoard::Posted& posted) {
    const auto has_ended = [&](const status::ProgramStatus* one) {
        return one->state == ProgramState::halted || one->state == ProgramState::stopped ||
               age_of(*one, posted) > silent_seconds_max;
    };
    Instances at_work;
    std::ranges::remove_copy_if(all, std::back_inserter(at_work), has_ended);
    if (!at_work.empty()) return at_work;
    const auto halted = std::ranges::find(all.rbegin(), all.rend(), ProgramState::halted,
                                          [](const auto* one) { return one->state; });
    return {halted == all.rend() ? all.back() : *halted};
}

/// `one` is newer than those before.
void add(const status::ProgramStatus& one, std::uint32_t segment_count, PublishedConsumer& all) {
    status::ProgramStatus& sum = all.status;
    const auto add_state = [&](ProgramState state) {
        if (sum.at_ms == 0 || rank(state) < rank(sum.state)) sum.state = state;
    };
    add_state(one.state);
    sum.at_ms = one.at_ms;
    if (!one.error.empty() && one.error_at_ms >= sum.error_at_ms) {
        sum.error = one.error;
        sum.error_at_ms = one.error_at_ms;
    }
    sum.latency_p50_ms = std::max(sum.latency_p50_ms, one.latency_p50_ms);
    sum.latency_p99_ms = std::max(sum.latency_p99_ms, one.latency_p99_ms);
    if (one.replayed) sum.replayed = one.replayed;
    sum.segment_count = segment_count;
    if (one.segment_count != segment_count) return;  // It does not know yet that they were split or merged.
    for (const status::SegmentStatus& segment : one.segments) {
        all.segments.insert_or_assign(segment.number, PublishedConsumer::Segment{one.instance, segment});
        if (segment.state == ProgramState::halted) add_state(segment.state);
    }
}

}  // namespace

double age_of(const status::ProgramStatus& published, const status::StatusBoard::Posted& posted) {
    return static_cast<double>(posted.now_ms - std::min(posted.now_ms, published.at_ms)) / 1000;
}

std::map<std::string, PublishedConsumer> published_consumers(const status::StatusBoard::Posted& posted) {
    std::map<std::string, PublishedConsumer> consumers;
    for (auto& [name, instances] : instances_in(posted)) {
        PublishedConsumer& consumer = consumers[name];
        const Instances counted = that_count(std::move(instances), posted);
        // The newest knows best. An instance that has just begun knows of none.
        std::uint32_t segment_count = 0;
        for (const status::ProgramStatus* one : counted)
            if (one->segment_count > 0) segment_count = one->segment_count;
        for (const status::ProgramStatus* one : counted) add(*one, segment_count, consumer);
    }
    return consumers;
}

}  // namespace contrail::operations
