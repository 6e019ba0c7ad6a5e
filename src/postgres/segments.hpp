#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/outbox.hpp"
#include "contrail/postgres.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// The segments of staged_log_records: which of them takes what is staged, and emptying the others; see
/// sql/004_consumers.sql. `connection` must outlive it.
class Segments {
public:
    Segments(Connection& connection, std::string_view quoted_schema, std::string stream,
             const SegmentLimits& limits);

    /// Turns to an empty segment if it is time to, and returns those that are not empty and no longer the
    /// current one.
    std::vector<int> full();

    /// The number of the newest batch if nobody has counted it yet, and if it could be released were it known
    /// that it ends at or before `through`.
    std::optional<std::int64_t> batch_to_count(Offset through);

    /// Empties those of `segments` whose records are all at or before `through`, and needed by nobody.
    Released empty(const std::vector<int>& segments, Offset through);

private:
    struct State {
        int number;
        bool is_empty;
        std::uint64_t bytes;
        bool is_current;
    };
    /// Transactions that kept a segment from being emptied, and what to say about them.
    struct InTheWay {
        std::set<std::string> transactions;
        std::string description;
    };

    std::vector<State> look();
    bool is_due(const State& current);
    void empty_one(int segment, const std::vector<SqlValue>& values, Released& released);
    InTheWay who_uses(int segment);

    Connection& connection_;
    std::string stream_;
    SegmentLimits limits_;
    Statement look_;
    Statement turn_;
    Statement uncounted_;
    Statement is_needed_;
    Statement empty_;
    Statement users_;

    int filling_ = -1;  ///< The current segment as it was seen last, if it was not empty.
    std::chrono::steady_clock::time_point filling_since_{};
    std::vector<InTheWay> in_the_way_;  ///< By segment.
};

}  // namespace contrail::postgres
