#pragma once

#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contrail/retention.hpp"

namespace contrail {

/// What is behind a Retention.
class RetentionEngine {
public:
    RetentionEngine(Outbox& outbox, LogKeeper& log, Clock& clock, RetentionOptions options,
                    OnRetentionEvent on_event);

    RetentionPlan plan();
    void run_once();
    void run(const std::stop_token& stop);

private:
    /// What moves while there is something to do.
    struct Moving {
        LogReports reports;
        RecordId first;
        RecordId head;

        bool operator==(const Moving&) const = default;
    };

    Moving moving();
    LogReports reports();
    std::optional<std::uint64_t> sealing_clock();
    void restore_owners(const std::vector<RegisteredConsumer>& consumers, const LogReports& reports);
    void restore_owner(const RegisteredConsumer& consumer, const NotedOwner& noted);
    void tell_of_new(const std::vector<RegisteredConsumer>& consumers);
    RecordId first_within(const RetentionLimits& limits, const LogUsage& usage);
    std::optional<RecordId> first_of_floor(const LogUsage& usage);
    RecordId first_of_newest(std::uint64_t records, const LogUsage& usage);
    void judge_floor(const RetentionPlan& plan, const LogUsage& usage);
    RecordId first_needed(const std::vector<RegisteredConsumer>& consumers, const LogUsage& usage);
    RecordId first_younger_than(std::chrono::milliseconds age, const LogUsage& usage);
    RecordId first_sealed_since(std::uint64_t unix_ms, const LogUsage& usage);
    RecordId id_of(Offset offset);
    std::vector<std::pair<std::string_view, double>> limits_used(RecordId position, const LogUsage& usage);
    bool mark(RegisteredConsumer& consumer, RecordId keep_from);
    void warn(const std::vector<RegisteredConsumer>& consumers, const LogUsage& usage);
    void publish_cut_offs(const RetentionPlan& plan);

    Outbox& outbox_;
    LogKeeper& log_;
    Clock& clock_;
    RetentionOptions options_;
    OnRetentionEvent on_event_;

    std::optional<Moving> moved_to_;  ///< As the last pass of run() found it. Nothing before the first.
    Clock::Duration passed_{0};       ///< When that pass began.
    std::set<std::pair<ConsumerName, std::string_view>> warned_;
    std::optional<std::set<ConsumerName>> known_;  ///< Registered at the last pass. Nothing before the first.
    std::optional<std::uint64_t> sealing_ms_;      ///< See sealing_clock(). Read once a pass.
    bool clocks_disagree_told_ = false;
    bool floor_overruled_ = false;  ///< See retention_event::Planned.
    std::set<std::string> strays_told_;
    bool too_many_names_told_ = false;
    std::string obstacle_;  ///< The last one told.
    bool no_consumers_told_ = false;
};

}  // namespace contrail
