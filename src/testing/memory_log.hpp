#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "contrail/log.hpp"

namespace contrail::testing {

/// A log server's memory, shared by all its clients, and the faults that may happen to it. Not thread-safe.
class MemoryLogServer {
public:
    std::vector<Record> records;
    RecordId head;  ///< Of the last append; survives trimming and deletion.
    std::map<ConsumerName, RecordId> positions;
    std::map<ConsumerName, NotedOwner> owners;
    StrayReports stray_reports;  ///< Written by another program.
    std::map<ConsumerName, CutOff> cut_offs;
    OutboxIdentity fed_by;  ///< Its id is empty if there is none.
    /// As in LogUsage. A streamer has claimed a new log, as most tests want it.
    std::optional<RecordId> sealed = RecordId{};
    std::uint64_t run = 0;               ///< Which incarnation of the log this is.
    std::uint64_t sealed_in_run = 0;     ///< In which one `sealed` was noted.
    std::uint64_t memory_bytes_max = 0;  ///< `maxmemory`; reported, not enforced.

    /// Memory that the records take: a little more than their texts.
    [[nodiscard]] std::uint64_t bytes() const;

    /// Is started again, and holds what it held.
    void restart() { ++run; }
    /// Fails over to a copy that lacks the last `count` records, or as many as there are.
    void lose_tail(std::size_t count);
    /// FLUSHALL.
    void lose_everything();
    /// XTRIM: drops the records before `keep_from`.
    void trim(RecordId keep_from);
    /// XDEL.
    void erase(RecordId id);
    /// XADD by a foreign program.
    void append_foreign(Record record);
};

/// One client's connection to a MemoryLogServer, which must outlive it.
class MemoryLog : public Log {
public:
    explicit MemoryLog(MemoryLogServer& server) : server_(server) {}

    /// Says for which outbox this connection changes the log, and asks the server nothing.
    void set_outbox(OutboxIdentity outbox) { outbox_ = std::move(outbox); }

    void act_for(const OutboxIdentity& outbox) override;
    std::string incarnation() override;
    void claim(RecordId sealed, const std::string& incarnation) override;
    std::optional<OutboxIdentity> fed_by() override;
    RecordId assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) override;
    RecordId head() override;
    LogUsage usage() override;
    void append_begin(RecordId expected, std::span<const Record> records) override;
    RecordId append_end() override;
    void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) override;
    void read_end(std::vector<Record>& records) override;
    void consume_for(const ConsumerOwner& owner) override { owner_ = owner; }
    void register_consumer(const ConsumerName& consumer, RecordId position) override;
    void report_position(const ConsumerName& consumer, RecordId position) override;
    LogReports reports() override { return {server_.positions, server_.owners}; }
    void withdraw_position(const ConsumerName& consumer) override;
    bool assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                      const std::optional<RecordId>& position, const std::string& expected) override;
    StrayReports stray_reports() override { return server_.stray_reports; }
    void trim(RecordId keep_from) override;
    RecordId restart(RecordId expected, RecordId head) override;
    void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) override;
    std::optional<CutOff> cut_off(const ConsumerName& consumer) override;
    std::optional<RecordId> first_after(RecordId id) override;
    std::map<ConsumerName, CutOff> cut_offs() override { return server_.cut_offs; }
    void forget(const ConsumerName& consumer) override;

private:
    void require_own_outbox() const;
    void own(const ConsumerName& consumer);

    MemoryLogServer& server_;
    OutboxIdentity outbox_;
    ConsumerOwner owner_;
    std::deque<RecordId> append_answers_;
    RecordId read_after_;
    ChunkLimits read_limits_;
};

}  // namespace contrail::testing
