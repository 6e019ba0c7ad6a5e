#include "testing/memory_registry.hpp"

#include <algorithm>

namespace contrail::testing {

std::vector<RegisteredConsumer> MemoryRegistry::consumers() {
    std::vector<RegisteredConsumer> all;
    all.reserve(database_.consumers.size());
    for (const auto& [name, consumer] : database_.consumers) all.push_back(consumer);
    return all;
}

std::vector<RegisteredConsumer> MemoryRegistry::note(const std::map<ConsumerName, RecordId>& reported) {
    const Offset base = database_.released_to();
    for (const auto& [name, position] : reported) {
        const auto [entry, is_new] =
            database_.consumers.try_emplace(name, RegisteredConsumer{name, position});
        RegisteredConsumer& consumer = entry->second;
        if (is_new || (position.offset < consumer.position.offset && position.offset < base)) continue;
        consumer.position = position;
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
