#include "testing/memory_registry.hpp"

#include <algorithm>

namespace contrail::testing {

std::vector<RegisteredConsumer> MemoryRegistry::consumers() {
    std::vector<RegisteredConsumer> all;
    all.reserve(database_.consumers.size());
    for (const auto& [name, consumer] : database_.consumers) all.push_back(consumer);
    return all;
}

std::vector<RegisteredConsumer> MemoryRegistry::note(const std::map<ConsumerName, ConsumerReport>& reported) {
    const Offset base = database_.released_to();
    for (const auto& [name, report] : reported) {
        const RecordId position = report.position;
        const ConsumerOwner& owner = report.owner.owner;
        const auto [entry, is_new] = database_.consumers.try_emplace(
            name, RegisteredConsumer{.name = name, .position = position, .owner = owner});
        RegisteredConsumer& consumer = entry->second;
        const bool is_owner = owner.id.empty() || consumer.owner.id.empty() ||
                              consumer.owner.id == owner.id || consumer.owner.id == report.owner.moved_from;
        const bool is_moved =
            !report.owner.moved_from.empty() && consumer.owner.id == report.owner.moved_from;
        const bool is_old = position.offset < consumer.position.offset && position.offset < base;
        if (is_new || !is_owner || (is_old && !is_moved)) continue;
        consumer.position = position;
        if (!owner.id.empty()) consumer.owner = owner;
        if (consumer.cut_off && position.offset >= consumer.cut_off->last_missed) consumer.cut_off.reset();
    }
    return consumers();
}

bool MemoryRegistry::mark_cut_off(const ConsumerName& consumer, const CutOff& cut_off) {
    const auto found = database_.consumers.find(consumer);
    if (found == database_.consumers.end() || found->second.position.offset >= cut_off.last_missed)
        return false;
    auto& mark = found->second.cut_off;
    const bool first = !mark;
    if (first) mark = cut_off;
    mark->first_missed = std::min(mark->first_missed, cut_off.first_missed);
    mark->last_missed = std::max(mark->last_missed, cut_off.last_missed);
    mark->at_ms = cut_off.at_ms;
    return first;
}

}  // namespace contrail::testing
