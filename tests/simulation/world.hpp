#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive_folder.hpp"
#include "contrail/names.hpp"
#include "coverage.hpp"
#include "mutants/mutant.hpp"
#include "network.hpp"
#include "oracle.hpp"
#include "plan.hpp"
#include "process.hpp"
#include "random.hpp"
#include "testing/memory_database.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"
#include "trace.hpp"
#include "violation.hpp"

namespace contrail::simulation {

/// The whole state of one history. All processes share one thread and work on it directly; `random` decides
/// which one runs next.
struct World {
    World(std::uint64_t seed, Mutant mutant, Trace::Sink trace_sink);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// The consumer that may have several segments.
    static bool has_segments(const ConsumerName& consumer) { return consumer.str() == "parts"; }

    /// Starts a process.
    void start(std::string name, Process::Body body);

    /// Notes that the running process broke a rule. The first violation counts.
    void violate(Rule rule, std::string what);

    void happened(Happened what, std::uint64_t times = 1) { coverage.count(what, times); }

    /// Calls `what` for a line of the trace, if there is one.
    void tell(std::string_view who, const std::invocable auto& what) {
        if (trace.on()) trace.line(step, who, what());
    }

    /// Keeps a dead process's session open until the server notices.
    void linger(std::shared_ptr<void> session);
    /// The servers notice the death of a process.
    void end_oldest_session();

    /// The longest that the database works at one statement, in steps.
    static constexpr std::uint64_t statement_steps_max = 20;

    Random random;
    Plan plan;
    Mutant mutant;
    Trace trace;
    Coverage coverage;
    std::uint64_t step = 0;
    bool healed = false;  ///< From here on nothing fails any more.
    std::optional<Violation> violation;

    StreamName stream{"log"};
    testing::VirtualClock clock;
    testing::MemoryDatabase database;
    /// Another outbox, and another owner of the same consumers' names, whose programs lead to the same log.
    std::optional<testing::MemoryDatabase> copied_database;
    std::optional<testing::MemoryDatabase> backup;  ///< An older state of the database.
    bool set_back = false;  ///< The database was, to a state that lacks what the log holds.
    testing::MemoryLogServer log;
    std::optional<testing::MemoryLogServer> log_copy;  ///< An older one, to fail over to.
    std::uint64_t log_down_until = 0;                  ///< Steps.
    std::uint64_t database_down_until = 0;
    std::uint64_t transactions = 0;       ///< Of writers, begun so far.
    std::uint64_t open_transactions = 0;  ///< Those that have not ended.
    std::uint64_t records_left;           ///< That writers may still stage.
    std::uint64_t sessions = 0;           ///< Begun so far.
    std::uint64_t programs_ahead_ms = 0;  ///< Of the database's machine: the clocks of all programs.
    std::map<Offset, std::uint64_t>
        sealed;  ///< The step in which the batch that begins with this offset was sealed.
    std::optional<std::uint64_t> leader;     ///< The session that holds the streamers' lock.
    std::uint64_t commits_at_last_seal = 0;  ///< See mutants/outboxes.hpp.

    Network network;
    std::vector<testing::MemoryDatabase::CheckpointKey> consumers;
    std::unique_ptr<ArchiveFolder> archive;  ///< Null: no archive runs.
    Oracle oracle;

    std::vector<std::shared_ptr<void>> lingering;
    Process* running = nullptr;
    std::vector<std::unique_ptr<Process>> processes;
};

}  // namespace contrail::simulation
