#include "testing/memory_log.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "contrail/error.hpp"
#include "core/require.hpp"

namespace contrail::testing {

std::uint64_t MemoryLogServer::bytes() const {
    return std::accumulate(
        records.begin(), records.end(), std::uint64_t{0},
        [](std::uint64_t sum, const Record& record) { return sum + record.bytes() + sizeof(RecordId); });
}

void MemoryLogServer::lose_tail(std::size_t count) {
    records.resize(records.size() - std::min(count, records.size()));
    head = records.empty() ? RecordId{} : records.back().id;
    restart();
}

void MemoryLogServer::lose_everything() {
    records.clear();
    head = {};
    positions.clear();
    owners.clear();
    cut_offs.clear();
    fed_by = {};
    sealed.reset();
    restart();
}

void MemoryLogServer::trim(RecordId keep_from) {
    std::erase_if(records, [&](const Record& record) { return record.id < keep_from; });
}

void MemoryLogServer::erase(RecordId id) {
    std::erase_if(records, [&](const Record& record) { return record.id == id; });
}

void MemoryLogServer::append_foreign(Record record) {
    head = record.id;
    records.push_back(std::move(record));
}

std::optional<OutboxIdentity> MemoryLog::fed_by() {
    return server_.fed_by.id.empty() ? std::nullopt : std::optional(server_.fed_by);
}

void MemoryLog::require_own_outbox() const {
    const bool may_begin = server_.fed_by.id.empty() && server_.head == RecordId{};
    if (may_begin || server_.fed_by.id == outbox_.id) return;
    throw Error(Retry::never, "The outbox " + server_.fed_by.id + " (" + server_.fed_by.name +
                                  ") feeds this log, and this program acts for the outbox " + outbox_.id +
                                  " (" + outbox_.name + ").");
}

void MemoryLog::act_for(const OutboxIdentity& outbox) {
    set_outbox(outbox);
    require_own_outbox();
}

std::string MemoryLog::incarnation() {
    require_own_outbox();
    return std::to_string(server_.run);
}

void MemoryLog::claim(RecordId sealed, const std::string& incarnation) {
    require_own_outbox();
    if (incarnation != MemoryLog::incarnation())
        throw Error(Retry::call,
                    "The log was lost, or its server started again, since the claim was prepared.");
    const bool is_repeat = server_.fed_by.id == outbox_.id && server_.sealed;
    server_.fed_by = outbox_;
    server_.sealed = is_repeat ? std::max(sealed, *server_.sealed) : sealed;
    server_.sealed_in_run = server_.run;
}

RecordId MemoryLog::assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) {
    if (server_.head == expected) {
        server_.fed_by = outbox;
        server_.sealed = sealed;
        server_.sealed_in_run = server_.run;
    }
    return server_.head;
}

RecordId MemoryLog::head() {
    append_answers_.clear();
    return server_.head;
}

LogUsage MemoryLog::usage() {
    return {.head = server_.head,
            .first = server_.records.empty() ? server_.head : server_.records.front().id,
            .records = server_.records.size(),
            .bytes = server_.bytes(),
            .memory_bytes = server_.bytes(),
            .memory_bytes_max = server_.memory_bytes_max,
            .sealed = server_.sealed_in_run == server_.run ? server_.sealed : std::nullopt};
}

void MemoryLog::append_begin(RecordId expected, std::span<const Record> records) {
    require_own_outbox();
    if (server_.head == expected && server_.fed_by.id == outbox_.id) {
        server_.records.insert(server_.records.end(), records.begin(), records.end());
        server_.head = records.back().id;
    }
    append_answers_.push_back(server_.head);
}

RecordId MemoryLog::append_end() {
    require(!append_answers_.empty(), "an append is begun before it is ended");
    const RecordId head = append_answers_.front();
    append_answers_.pop_front();
    return head;
}

void MemoryLog::read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds) {
    read_after_ = after;
    read_limits_ = limits;
}

void MemoryLog::read_end(std::vector<Record>& records) {
    const auto first = std::find_if(server_.records.begin(), server_.records.end(),
                                    [&](const Record& record) { return record.id > read_after_; });
    records.clear();
    std::uint64_t bytes = 0;
    for (auto record = first; record != server_.records.end() && records.size() < read_limits_.records_max &&
                              bytes < read_limits_.bytes_max;
         ++record) {
        records.push_back(*record);
        bytes += record->bytes();
    }
}

/// Notes the owner of a consumer that has none. Throws if the consumer has another one.
void MemoryLog::own(const ConsumerName& consumer) {
    const auto noted = server_.owners.find(consumer);
    if (noted == server_.owners.end()) {
        if (!owner_.id.empty()) server_.owners[consumer].owner = owner_;
    } else if (noted->second.owner.id != owner_.id) {
        throw Error(Retry::never, "Consumer " + consumer.str() + " belongs to " + noted->second.owner.name +
                                      ", and this program keeps its checkpoint in " + owner_.name + ".");
    }
}

void MemoryLog::register_consumer(const ConsumerName& consumer, RecordId position) {
    own(consumer);
    const auto [noted, is_new] = server_.positions.try_emplace(consumer, position);
    if (!is_new) noted->second = std::min(noted->second, position);
}

void MemoryLog::report_position(const ConsumerName& consumer, RecordId position) {
    own(consumer);
    server_.positions[consumer] = position;
}

void MemoryLog::trim(RecordId keep_from) {
    require_own_outbox();
    for (const auto& [consumer, position] : server_.positions) {
        const auto mark = server_.cut_offs.find(consumer);
        const bool is_cut_off = mark != server_.cut_offs.end() && position.offset < mark->second.last_missed;
        if (!is_cut_off)
            keep_from = std::min(keep_from, RecordId{position.sealed_ms, position.offset.next()});
    }
    server_.trim(keep_from);
}

RecordId MemoryLog::restart(RecordId expected, RecordId head) {
    require_own_outbox();
    if (server_.head == expected && server_.fed_by.id == outbox_.id) {
        server_.records.clear();
        server_.head = head;
    }
    return server_.head;
}

void MemoryLog::mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) {
    require_own_outbox();
    if (cut_off) {
        server_.cut_offs.insert_or_assign(consumer, *cut_off);
    } else {
        server_.cut_offs.erase(consumer);
    }
}

std::optional<CutOff> MemoryLog::cut_off(const ConsumerName& consumer) {
    const auto notice = server_.cut_offs.find(consumer);
    return notice == server_.cut_offs.end() ? std::nullopt : std::optional(notice->second);
}

std::optional<RecordId> MemoryLog::first_after(RecordId id) {
    const auto found =
        std::ranges::find_if(server_.records, [&](const Record& record) { return record.id > id; });
    return found == server_.records.end() ? std::nullopt : std::optional(found->id);
}

void MemoryLog::withdraw_position(const ConsumerName& consumer) {
    require_own_outbox();
    server_.positions.erase(consumer);
}

void MemoryLog::forget(const ConsumerName& consumer) {
    require_own_outbox();
    server_.positions.erase(consumer);
    server_.owners.erase(consumer);
    server_.cut_offs.erase(consumer);
}

bool MemoryLog::assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                             const std::optional<RecordId>& position, const std::string& expected) {
    require_own_outbox();
    if (reports().owner_of(consumer).owner.id != expected) return false;
    server_.owners[consumer] = owner;
    if (position) server_.positions[consumer] = *position;
    return true;
}

}  // namespace contrail::testing
