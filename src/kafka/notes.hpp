#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "contrail/consumer_registry.hpp"
#include "contrail/log_keeper.hpp"
#include "contrail/outbox_identity.hpp"
#include "kafka/partition_reader.hpp"
#include "status/program_status.hpp"

namespace contrail::kafka {

// What is noted beside a log, in the compacted topic <log>.notes. The last note under a key counts.
//
//     outbox               <id> <sealed> <name>           the outbox that feeds the log
//     incarnation          <name>                         of the log, from one loss of everything to the next
//     position/<consumer>  <milliseconds>-<offset>        what the consumer reported last
//     owner/<consumer>     <id> <moved from, or -> <name> the database of its checkpoint
//     cut-off/<consumer>   <first>-<last>-<milliseconds>  its cut-off notice
//     status/<field>       JSON                           what a program says about itself (status/status_board.hpp)

std::string position_key(const ConsumerName& consumer);
std::string owner_key(const ConsumerName& consumer);
std::string cut_off_key(const ConsumerName& consumer);
std::string status_key(const std::string& field);
std::string cut_off_text(const CutOff& cut_off);
inline constexpr auto outbox_key = "outbox";
inline constexpr auto incarnation_key = "incarnation";
std::string outbox_text(const OutboxIdentity& outbox, RecordId sealed);

/// All notes beside a log, as they were at one moment.
class Notes {
public:
    /// Reads what was noted since the last call. A topic that is missing has none. In a topic that was created again,
    /// or that compaction has changed, the last note is not where it was: then it reads from the beginning.
    void read_on(PartitionReader& reader);

    [[nodiscard]] std::optional<OutboxIdentity> outbox() const;
    [[nodiscard]] std::optional<RecordId> sealed() const;
    [[nodiscard]] std::optional<std::string> incarnation() const;
    [[nodiscard]] std::map<ConsumerName, RecordId> positions() const;
    [[nodiscard]] std::map<ConsumerName, NotedOwner> owners() const;
    [[nodiscard]] StrayReports stray_reports() const;
    [[nodiscard]] std::map<ConsumerName, CutOff> cut_offs() const;
    [[nodiscard]] std::map<std::string, status::ProgramStatus, std::less<>> statuses() const;

private:
    /// The entry that was read last.
    struct Last {
        std::int64_t kafka_offset = 0;
        std::int64_t timestamp_ms = 0;
        std::string key;
        std::string value;

        bool operator==(const Last&) const = default;
    };

    static Last place_of(const rd_kafka_message_t& note);
    void enter(const rd_kafka_message_t& note);

    std::map<std::string, std::string, std::less<>> values_;
    std::optional<Last> last_;
};

}  // namespace contrail::kafka
