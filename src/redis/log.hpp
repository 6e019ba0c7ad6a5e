#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/log.hpp"
#include "redis/connection.hpp"

namespace contrail::redis {

/// The log in a Redis stream, over one connection on which requests are pipelined.
///
/// Stream     One entry for each record: its id is the record's; fields action, object, data.
/// Positions  Beside it the hash `<stream>:positions`, from consumer names to record ids.
/// Reads      A read that was begun is forgotten as soon as another request waits for its own answer, which
///            then comes after the read's: after up to its `wait_max`.
class RedisLog final : public Log {
public:
    RedisLog(Endpoint endpoint, const StreamName& stream, Timeouts timeouts = {});

    RecordId head() override;
    std::uint64_t length() override;
    void append_begin(RecordId expected, std::span<const Record> records) override;
    RecordId append_end() override;
    void read_begin(RecordId after, std::size_t count_max, std::chrono::milliseconds wait_max) override;
    void read_end(std::vector<Record>& records) override;
    void report_position(const ConsumerName& consumer, RecordId position) override;
    std::map<ConsumerName, RecordId> positions() override;

private:
    /// What becomes of a request's answer.
    enum class Answer { append, read, asked, reported, dropped };

    struct Request {
        Answer answer;
        std::chrono::milliseconds block{0};  ///< How long Redis may wait by the request's own terms.
    };

    template <class Call>
    auto attempt(std::string_view what, Call call);
    template <class... Arguments>
    void begin(Request request, const Arguments&... arguments);
    template <class... Arguments>
    const Reply& ask(const Arguments&... arguments);

    void open();
    void send(Request request);
    [[nodiscard]] const Request& oldest() const;
    const Reply& receive();
    void settle_oldest();
    [[nodiscard]] bool append_in_doubt() const;
    void forget() noexcept;

    Connection connection_;
    std::string stream_;
    std::string positions_key_;
    std::deque<Request> unanswered_;  ///< Oldest first.
    std::deque<RecordId> appended_;   ///< Answers to appends, for append_end(); oldest first.
    std::map<ConsumerName, RecordId> positions_to_send_;
    std::map<ConsumerName, RecordId> positions_sent_;  ///< And not yet answered.
};

}  // namespace contrail::redis
