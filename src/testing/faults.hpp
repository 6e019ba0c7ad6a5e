#pragma once

#include <cstddef>
#include <string_view>

#include "contrail/checkpoints.hpp"
#include "contrail/error.hpp"
#include "contrail/log.hpp"
#include "contrail/outbox.hpp"

namespace contrail::testing {

/// The process died: nothing in it runs any more. Deliberately not a std::exception: code under test must not
/// handle it.
struct Crash {};

enum class Fault {
    none,
    refused,       ///< The call fails and did nothing: Error with Retry::call.
    reply_lost,    ///< The call did its work and then fails: Error with Retry::in_doubt.
    crash_before,  ///< The process dies before the call.
    crash_after,   ///< The process dies once the call has done its work.
};

/// Decides the fault of each call through the decorators below, in the order of the calls.
class FaultPlan {
public:
    virtual ~FaultPlan() = default;
    /// `call`: the name of the port's function.
    virtual Fault next(std::string_view call) = 0;
};

/// Makes `call` with the plan's next fault. The call's name is that of the function around it.
template <typename Call>
auto suffer(FaultPlan& plan, Call call, std::string_view name = __builtin_FUNCTION()) -> decltype(call()) {
    const Fault fault = plan.next(name);
    if (fault == Fault::crash_before) throw Crash{};
    if (fault == Fault::refused) throw Error(Retry::call, "The call was refused, by the plan of this test.");
    if (fault == Fault::none) return call();
    call();
    if (fault == Fault::crash_after) throw Crash{};
    throw Error(Retry::in_doubt, "The reply was lost, by the plan of this test.");
}

/// One fault, at one call. All others succeed.
class OneFault : public FaultPlan {
public:
    /// `call` counts from 0.
    OneFault(std::size_t call, Fault fault) : call_(call), fault_(fault) {}
    Fault next(std::string_view) override { return calls_++ == call_ ? fault_ : Fault::none; }

    /// True once that call was made.
    [[nodiscard]] bool happened() const { return calls_ > call_; }

private:
    std::size_t call_;
    Fault fault_;
    std::size_t calls_ = 0;
};

/// A registry whose calls suffer a plan's faults. Both must outlive it.
class FaultyRegistry : public ConsumerRegistry {
public:
    FaultyRegistry(ConsumerRegistry& registry, FaultPlan& plan) : registry_(registry), plan_(plan) {}

    std::vector<RegisteredConsumer> consumers() override;
    std::vector<RegisteredConsumer> note(const std::map<ConsumerName, ConsumerReport>& reported) override;
    bool mark_cut_off(const ConsumerName& consumer, const CutOff& cut_off) override;
    bool forget(const ConsumerName& consumer) override;

private:
    ConsumerRegistry& registry_;
    FaultPlan& plan_;
};

/// An outbox whose calls, its readers' and its registry's included, suffer a plan's faults. Both must
/// outlive it.
class FaultyOutbox : public Outbox {
public:
    FaultyOutbox(Outbox& outbox, FaultPlan& plan)
        : outbox_(outbox),
          plan_(plan),
          registry_(outbox.registry(), plan) {}

    OutboxIdentity identity() override;
    bool lead() override;
    Batch newest() override;
    Batch base() override;
    std::optional<OpenBatch> next(const Batch& previous) override;
    Rest rest(Clock::Duration wait_max, const std::stop_token& stop) override;
    std::optional<Batch> find(Offset offset) override;
    std::unique_ptr<BatchReader> read(const OpenBatch& batch, Offset from) override;
    BatchRun read_run(const Batch& previous, std::uint64_t records_max) override;
    Released release(Offset through) override;
    std::uint64_t now_ms() override;
    ConsumerRegistry& registry() override { return registry_; }

private:
    Outbox& outbox_;
    FaultPlan& plan_;
    FaultyRegistry registry_;
};

/// A log whose calls suffer a plan's faults. Both must outlive it.
class FaultyLog : public Log {
public:
    FaultyLog(Log& log, FaultPlan& plan) : log_(log), plan_(plan) {}

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
    LogReports reports() override;
    bool assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                      const std::optional<RecordId>& position, const std::string& expected) override;
    void withdraw_position(const ConsumerName& consumer) override;
    StrayReports stray_reports() override;
    void trim(RecordId keep_from) override;
    RecordId restart(RecordId expected, RecordId head) override;
    void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) override;
    std::optional<CutOff> cut_off(const ConsumerName& consumer) override;
    std::optional<RecordId> first_after(RecordId id) override;
    std::map<ConsumerName, CutOff> cut_offs() override;
    void forget(const ConsumerName& consumer) override;

private:
    Log& log_;
    FaultPlan& plan_;
};

/// Checkpoints whose calls, their transactions' included, suffer a plan's faults. Both must outlive it.
class FaultyCheckpoints : public Checkpoints {
public:
    FaultyCheckpoints(Checkpoints& checkpoints, FaultPlan& plan) : checkpoints_(checkpoints), plan_(plan) {}

    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;
    std::optional<RecordId> least(const ConsumerName& consumer) override;
    ConsumerOwner owner() override;
    [[nodiscard]] bool has_marked(const ConsumerSegment& part) override;

private:
    Checkpoints& checkpoints_;
    FaultPlan& plan_;
};

}  // namespace contrail::testing
