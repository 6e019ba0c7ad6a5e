#pragma once

#include <memory>
#include <optional>

#include "contrail/log.hpp"
#include "testing/memory_log.hpp"

namespace contrail::simulation {

class Connection;
class Process;

/// The log as a process sees it, over the network. Must not outlive its process.
class NetworkLog : public Log {
public:
    explicit NetworkLog(Process& process);
    ~NetworkLog() override;
    NetworkLog(const NetworkLog&) = delete;
    NetworkLog& operator=(const NetworkLog&) = delete;

    /// A call failed: what was begun is forgotten, and the next call uses a fresh connection.
    void reconnect();

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
    void consume_for(const ConsumerOwner& owner) override;
    void register_consumer(const ConsumerName& consumer, RecordId position) override;
    void report_position(const ConsumerName& consumer, RecordId position) override;
    void withdraw_position(const ConsumerName& consumer) override;
    LogReports reports() override;
    bool assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                      const std::optional<RecordId>& position, const std::string& expected) override;
    StrayReports stray_reports() override;
    void trim(RecordId keep_from) override;
    RecordId restart(RecordId expected, RecordId head) override;
    void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) override;
    std::optional<CutOff> cut_off(const ConsumerName& consumer) override;
    std::optional<RecordId> first_after(RecordId id) override;
    std::map<ConsumerName, CutOff> cut_offs() override;
    void forget(const ConsumerName& consumer) override;

private:
    testing::MemoryLog& server_after_what_is_on_the_way();
    void throw_refusal();

    Process& process_;
    std::shared_ptr<Connection> connection_;
    OutboxIdentity outbox_;
    ConsumerOwner owner_;
};

}  // namespace contrail::simulation
