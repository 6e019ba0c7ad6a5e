#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contrail/log.hpp"
#include "redis/stream_client.hpp"

namespace contrail::redis {

/// The log in a Redis stream (keys.hpp), over one connection on which requests are pipelined (pipeline.hpp).
///
/// Memory   A read takes no more of a reply from the socket than its limits ask for. The rest serves the next
///          read, if that continues there; else it is received and skipped, entry by entry.
/// Blocking Redis replies in order: behind a read that waits, other calls wait too, for up to its `wait_max`.
class RedisLog final : public Log {
public:
    RedisLog(Endpoint endpoint, const StreamName& stream, Timeouts timeouts = {});

    void act_for(const OutboxIdentity& outbox) override;
    std::string incarnation() override;
    void claim(RecordId sealed, const std::string& incarnation) override;
    std::optional<OutboxIdentity> fed_by() override;
    RecordId assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) override;

    RecordId head() override;
    LogUsage usage() override;
    void append_begin(RecordId expected, std::span<const Record> records) override;
    RecordId append_end() override;
    RecordId restart(RecordId expected, RecordId head) override;

    void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) override;
    void read_end(std::vector<Record>& records) override;
    void consume_for(const ConsumerOwner& owner) override;
    void register_consumer(const ConsumerName& consumer, RecordId position) override;
    void report_position(const ConsumerName& consumer, RecordId position) override;
    std::optional<CutOff> cut_off(const ConsumerName& consumer) override;

    std::optional<RecordId> first_after(RecordId id) override;
    LogReports reports() override;
    bool assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                      const std::optional<RecordId>& position, const std::string& expected) override;
    void withdraw_position(const ConsumerName& consumer) override;
    StrayReports stray_reports() override;
    void trim(RecordId keep_from) override;
    void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) override;
    std::map<ConsumerName, CutOff> cut_offs() override;
    void forget(const ConsumerName& consumer) override;

    /// Reads as read_begin() and read_end() do. An entry that is not a record does not end the read: `foreign`
    /// becomes the ids of those. A reply that Redis cuts off (client-output-buffer-limit) is asked for with fewer
    /// entries at once, down to one.
    void scan(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max,
              std::vector<Record>& records, std::vector<RecordId>& foreign);

private:
    StreamClient client_;
};

}  // namespace contrail::redis
