#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace contrail::simulation {

/// Events that are counted, to show that the faults happened.
enum class Happened : std::uint8_t {
    record_staged,
    transaction_committed,
    transaction_rolled_back,
    savepoint_rolled_back,
    commit_overtaken,
    call_refused,
    reply_lost,
    call_delayed,
    crash_before_call,
    crash_after_call,
    killed_anywhere,
    stopped,
    halted_by_handler,
    freeze,
    zombie_woke,
    zombie_append_refused,
    append_refused,
    append_repeated,
    late_delivery,
    resend,
    seal_raced,
    standing_by,
    handler_failed,
    consumer_overtaken,
    session_lingered,
    session_ended,
    log_lost_tail,
    log_lost_all,
    log_failed_over,
    log_trimmed,
    log_restarted,
    segment_emptied,
    segment_in_use,
    consumer_cut_off,
    consumer_stopped_by_cut,
    database_restarted,
    clock_set_back,
    programs_clocks_set_ahead,
    clocks_disagreed,
    database_copied,
    copy_refused,
    owner_restored,
    consumer_refused,
    late_consumer_began,
    late_consumer_waited,
    segments_split,
    segments_merged,
    segment_moved,
    segment_gone,
    database_set_back,
    stopped_after_set_back,
    record_archived,
    count_of_kinds,
};

constexpr std::size_t kinds = static_cast<std::size_t>(Happened::count_of_kinds);

constexpr std::array<std::string_view, kinds> happened_names{
    "records staged",
    "transactions committed",
    "transactions rolled back",
    "rollbacks to a savepoint",
    "records that came after one with a higher staging id",
    "calls refused",
    "replies lost after the work was done",
    "calls delayed",
    "crashes before a call",
    "crashes after a call",
    "processes killed wherever they stood",
    "processes stopped, and started again",
    "consumers halted by their handler",
    "processes frozen",
    "zombies that woke",
    "zombies' appends refused",
    "appends refused",
    "appends that found their records there",
    "requests that arrived after their client had gone",
    "records sent again",
    "seals that lost a race",
    "times a streamer stood by",
    "handlers that failed",
    "consumers overtaken by another instance",
    "sessions that outlived their process",
    "sessions ended from outside",
    "logs that lost their tail",
    "logs that lost everything",
    "logs failed over to an older copy",
    "times that records were dropped from the log",
    "logs restarted after what was released",
    "segments of the outbox emptied",
    "segments that were in use",
    "consumers cut off by a limit",
    "consumers that stopped for that",
    "databases restarted",
    "clocks set back",
    "programs' clocks set ahead",
    "limits of age that waited for clocks to agree",
    "databases copied, with all that works in them",
    "streamers and consumers of a copy that the log refused",
    "owners of consumers restored after a loss",
    "consumers refused until their owner was restored",
    "consumers that began late, with what comes next",
    "late consumers that waited for the end of the log",
    "splits of a consumer's segments",
    "merges of a consumer's segments",
    "times that a segment moved",
    "workers that met other segments than before",
    "databases set back to before the log's head",
    "programs that stopped for that",
    "records archived",
};

/// Plain memory, so that it can be sent from one process to another.
struct Coverage {
    std::array<std::uint64_t, kinds> counts{};

    void count(Happened what, std::uint64_t times = 1) { counts[static_cast<std::size_t>(what)] += times; }
    [[nodiscard]] std::uint64_t of(Happened what) const { return counts[static_cast<std::size_t>(what)]; }

    Coverage& operator+=(const Coverage& other) {
        for (std::size_t kind = 0; kind < kinds; ++kind) counts[kind] += other.counts[kind];
        return *this;
    }
};

}  // namespace contrail::simulation
