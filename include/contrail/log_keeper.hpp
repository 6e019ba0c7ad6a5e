#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contrail/consumer_owner.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/log_usage.hpp"
#include "contrail/names.hpp"
#include "contrail/outbox_identity.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// A log has at most so many consumers. It bounds what a program that forges names can make retention note.
inline constexpr std::size_t consumers_max = 1'000;

/// Entries among the consumers' reports that are no reports: another program wrote them.
struct StrayReports {
    /// The first few, each as `name: value`, cut to a short text. A name is not a consumer's, or a value is not a
    /// record's id.
    std::vector<std::string> entries;
    std::size_t names = 0;  ///< All names that report, consumers or not.

    [[nodiscard]] bool too_many_names() const { return names > consumers_max; }
};

/// What consumers reported last, and to which database each one belongs: both at one moment, so that no position is
/// taken for another owner's.
struct LogReports {
    std::map<ConsumerName, RecordId> positions;
    std::map<ConsumerName, NotedOwner> owners;  ///< Of consumers without a position, too.

    /// An empty one if none is noted.
    [[nodiscard]] NotedOwner owner_of(const ConsumerName& consumer) const {
        const auto noted = owners.find(consumer);
        return noted == owners.end() ? NotedOwner{} : noted->second;
    }

    bool operator==(const LogReports&) const = default;
};

/// What retention and an operator's commands do to a log: they trim it behind its consumers. Port: a Redis
/// stream behind it, or memory in tests.
///
/// Identity After act_for(), calls that change the log throw Error (Retry::never) if another outbox feeds it, or if it
///          holds records and names none. assign_to() is the exception.
/// Errors   Every call throws Error, and may be repeated.
/// Threads  Not thread-safe. Any number of processes may keep one log at once.
class LogKeeper {
public:
    virtual ~LogKeeper() = default;

    /// Says for which outbox this object changes the log from now on. At first there is none, and a log that names an
    /// outbox refuses every change. Throws Error (Retry::never) at once if another outbox feeds the log.
    virtual void act_for(const OutboxIdentity& outbox) = 0;

    /// The outbox that feeds the log; nothing if the log names none.
    virtual std::optional<OutboxIdentity> fed_by() = 0;

    /// Notes that `outbox` feeds the log from now on, whichever did before, and that it has sealed the records up to
    /// `sealed`: if and only if the log's head is `expected`. Returns the log's head. Only an operator decides this
    /// (`contrail adopt`).
    virtual RecordId assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) = 0;

    virtual LogUsage usage() = 0;

    /// The id of the first record held whose id is greater than `id`, which need not be a record's. Nothing
    /// if there is none.
    virtual std::optional<RecordId> first_after(RecordId id) = 0;

    /// What every consumer reported last, and the owner of each one that has one. Ignores stray reports. Throws Error
    /// (Retry::call) if more than `consumers_max` names report.
    virtual LogReports reports() = 0;

    /// Removes the position of a consumer. All else that is noted of it stays, and a consumer that runs reports its
    /// position again.
    virtual void withdraw_position(const ConsumerName& consumer) = 0;

    /// Notes the owner of a consumer, and its position if there is one, if the noted owner's id is `expected` (empty:
    /// none is noted). False: it is not, and nothing was changed.
    virtual bool assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                              const std::optional<RecordId>& position, const std::string& expected) = 0;

    /// What reports() ignores. A short reply, whatever the log holds.
    virtual StrayReports stray_reports() = 0;

    /// Drops records before `keep_from`, but none that a consumer needs which has reported its position, up
    /// to this very moment, unless a notice says that it was cut off before `keep_from`. Some records that
    /// could go may stay. Stray reports keep nothing, and neither does any report if too many names report.
    virtual void trim(RecordId keep_from) = 0;

    /// Leaves a notice that a consumer was cut off; with nothing, takes it back.
    virtual void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) = 0;

    /// The notices that are there.
    virtual std::map<ConsumerName, CutOff> cut_offs() = 0;

    /// Removes what is noted of a consumer beside the log: its position, its owner, its cut-off notice, and its state.
    virtual void forget(const ConsumerName& consumer) = 0;
};

}  // namespace contrail
