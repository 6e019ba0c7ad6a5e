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

/// The segments of staged_log_records: chooses the one that takes new records, and empties the others. See
/// sql/004_consumers.sql. `connection` must outlive it.
class Segments {
public:
    Segments(Connection& connection, std::string_view quoted_schema, std::string stream,
             const SegmentLimits& limits);

    /// Turns to an empty segment when the current one is full or old. Returns the segments that hold records
    /// and are not the current one.
    std::vector<int> full();

    /// The number of the newest batch, if its end is not stored yet and it could be released should it end at
    /// or before `through`.
    std::optional<std::int64_t> batch_to_count(Offset through);

    /// Empties each of `segments` whose records are all at or before `through`, and that no consumer needs.
    Released empty(const std::vector<int>& segments, Offset through);

private:
    struct State {
        int number;
        bool is_empty;
        std::uint64_t bytes;
        bool is_current;
    };
    /// Transactions that keep a segment from being emptied, and their description for the operator.
    struct InTheWay {
        std::set<std::string> transactions;
        std::string description;
    };

    std::vector<State> states();
    bool is_due(const State& current);
    void empty_one(int segment, const std::vector<SqlValue>& values, Released& released);
    InTheWay users_of(int segment);

    Connection& connection_;
    std::string stream_;
    SegmentLimits limits_;
    Statement states_;
    Statement turn_;
    Statement uncounted_;
    Statement is_needed_;
    Statement empty_;
    Statement users_;

    int filling_ = -1;  ///< The current segment at the last poll; -1 if it was empty.
    std::chrono::steady_clock::time_point filling_since_{};
    std::vector<InTheWay> in_the_way_;  ///< By segment.
};

}  // namespace contrail::postgres
