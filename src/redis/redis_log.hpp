#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/log.hpp"
#include "redis/connection.hpp"
#include "redis/entries.hpp"
#include "redis/read_size.hpp"

namespace contrail::redis {

/// The log in a Redis stream, over one connection on which requests are pipelined.
///
/// Stream     One entry for each record: its id is the record's; fields action, object, data.
/// Positions  Beside it the hash `<stream>:positions`, from consumer names to record ids.
/// Cut-offs   And the hash `<stream>:cut_off`, from consumer names to `<first>-<last missed>-<milliseconds>`.
/// Reads      A read that was begun is forgotten as soon as another request waits for its own answer, which
///            then comes after the read's: after up to its `wait_max`.
/// Memory     Of a reply no more is taken from the socket than a read's limits ask for. The rest serves the
///            next read, if that goes on there; else it is passed over, entry by entry.
class RedisLog final : public Log {
public:
    RedisLog(Endpoint endpoint, const StreamName& stream, Timeouts timeouts = {});

    RecordId head() override;
    LogUsage usage() override;
    void append_begin(RecordId expected, std::span<const Record> records) override;
    RecordId append_end() override;
    void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) override;
    void read_end(std::vector<Record>& records) override;
    void report_position(const ConsumerName& consumer, RecordId position) override;
    std::map<ConsumerName, RecordId> positions() override;
    void trim(RecordId keep_from) override;
    RecordId restart(RecordId expected, RecordId head) override;
    void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) override;
    std::optional<CutOff> cut_off(const ConsumerName& consumer) override;
    std::optional<RecordId> first_after(RecordId id) override;
    std::map<ConsumerName, CutOff> cut_offs() override;
    void forget(const ConsumerName& consumer) override;

    // What mending a stream needs, and a log does not.

    /// As read_end(), but an entry that is not a record stops nothing: its id is added to `foreign`.
    void scan_end(std::vector<Record>& records, std::vector<RecordId>& foreign);

    /// Removes the stream and all that it holds. Nothing happens where there is none.
    void remove();

    /// Puts the stream of `fresh` in place of this log's, in one step, if the two have the same head; a few
    /// records that are missing there at its end are copied before. True if it was done: then there is no
    /// stream of `fresh` any more. False: what follows the head of `fresh` must be appended to it first.
    bool replace_by(const RedisLog& fresh);

private:
    /// What becomes of a request's answer.
    enum class Answer {
        append,
        read,    ///< Entries, for read_end().
        unread,  ///< Entries that nobody waits for.
        asked,
        reported,  ///< Positions.
        dropped
    };

    struct Request {
        Answer answer;
        std::chrono::milliseconds block{0};  ///< How long Redis may wait by the request's own terms.
        std::uint64_t entries_max = 0;       ///< How many entries were asked for.
    };

    /// The answer to the oldest request, if its entries have begun to come.
    struct Reading {
        Entries entries;
        std::uint64_t records = 0;  ///< Read from it so far.
        std::uint64_t bytes = 0;    ///< In those.
        RecordId read_to{};
    };

    template <class Call>
    auto attempt(std::string_view what, Call call);
    template <class... Arguments>
    void put(Request request, const Arguments&... arguments);
    template <class... Arguments>
    const Reply& ask(const Arguments&... arguments);

    void open();
    [[nodiscard]] const Request& oldest() const;
    const Reply& receive();
    const Reply& receive_asked();
    void settle_oldest();
    void settle_report(const Reply& answer);

    [[nodiscard]] bool goes_on_after(RecordId after) const;
    void forget_reads_begun();
    template <class OnForeign>
    void read_chunk(std::vector<Record>& records, OnForeign on_foreign);
    Reading& open_reading();
    void close_reading();

    [[nodiscard]] bool append_in_doubt() const;
    void forget_requests() noexcept;

    Connection connection_;
    std::string stream_;
    std::string positions_key_;
    std::string cut_offs_key_;
    std::string status_key_;
    std::deque<Request> unanswered_;  ///< Oldest first.
    std::deque<RecordId> appended_;   ///< Answers to appends, for append_end(); oldest first.
    std::map<ConsumerName, RecordId> positions_to_send_;

    ChunkLimits limits_;  ///< Of the read begun last.
    std::optional<Reading> reading_;
    ReadSize read_size_;
    std::map<ConsumerName, RecordId> positions_sent_;  ///< And not yet answered.
};

}  // namespace contrail::redis
