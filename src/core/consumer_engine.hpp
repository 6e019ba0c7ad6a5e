#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "contrail/checkpoints.hpp"
#include "contrail/clock.hpp"
#include "contrail/consumer.hpp"
#include "contrail/consumer_events.hpp"
#include "contrail/consumer_options.hpp"
#include "contrail/log_reader.hpp"
#include "core/batch_source.hpp"
#include "core/refusals.hpp"

namespace contrail {

/// What both kinds of consumers do; see consumer.hpp. They differ in whether the handler uses the transaction
/// that moves the checkpoint. That one is open either way while the handler works: the checkpoint's row is
/// locked, so that a second instance waits instead of writing the same effects later than the first.
class ConsumerEngine {
public:
    ConsumerEngine(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler,
                   ConsumerOptions options, Clock& clock, OnConsumerEvent on_event);

    std::size_t run_once();
    void run(const std::stop_token& stop);

    /// Registers the consumer, if it is new, and reads nothing. Throws what run_once() throws.
    void register_if_new();

private:
    struct Refused;

    /// Records after the checkpoint that were read and that the filter left out. The next commit moves the checkpoint
    /// past them.
    struct LeftOut {
        RecordId first;
        RecordId last;
        std::uint64_t count = 0;
        Clock::Duration since{};
    };

    std::size_t work();
    void prepare();
    void locate();
    void load_checkpoint();
    bool register_name();
    ReconciledState first_state();
    [[noreturn]] void throw_gap(const Gap& gap);
    void begin_read();
    [[nodiscard]] Clock::Duration read_wait() const;
    [[nodiscard]] std::size_t choose(std::vector<Record>& records) const;
    [[nodiscard]] bool is_due(const Record& record) const;
    [[nodiscard]] std::uint64_t hash_of(const Record& record) const;
    [[nodiscard]] bool is_unchanged(const Transaction& transaction) const;
    bool apply_and_commit(std::span<const Record> records, RecordId last);
    void leave_out(RecordId first, RecordId last, std::size_t count);
    void commit_left_out_if_due();
    void moved_to(RecordId first, RecordId last);
    bool stand_by();

    template <typename Call>
    void blaming(std::span<const Record> records, Call call);
    std::size_t after_refusal(RecordId checkpoint, const Refused& refused);
    void require_parking_helps(const Refused& refused, const std::string& rejection) const;
    std::size_t park(RecordId checkpoint, const DeadLetter& dead_letter);
    bool retry_marked();
    void park_again(DeadLetter dead_letter, const std::string& error);

    ConsumerName name_;
    ConsumerSegment part_;  ///< Of that name.
    LogReader& log_;
    Checkpoints& checkpoints_;
    Handler handler_;
    ConsumerOptions options_;
    Clock& clock_;
    OnConsumerEvent on_event_;

    std::optional<RecordId> checkpoint_;  ///< The last committed; unset while it has to be loaded (again).
    std::optional<HalfAhead> ahead_;      ///< Beside that.
    std::optional<LeftOut> left_out_;
    bool waiting_ = false;
    BatchSource source_;
    Refusals refusals_;
    std::uint32_t parked_in_a_row_ = 0;
    Clock::Duration marked_checked_;
};

}  // namespace contrail
