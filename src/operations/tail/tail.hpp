#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "archive/archive_reader.hpp"
#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/log.hpp"
#include "contrail/starting_place.hpp"

namespace contrail::operations {

/// Takes the content of a log, in the log's order.
class TailOutput {
public:
    virtual ~TailOutput() = default;

    virtual void record(const Record& record) = 0;
    /// The log lacks these offsets.
    virtual void gap(Offset first, Offset last) = 0;
    /// The log holds an entry that is not a record. Where it is in Kafka, tail() throws there instead.
    virtual void foreign(RecordId id) = 0;
    /// All that the log holds now was passed on. False if the output is lost: tail() then ends.
    [[nodiscard]] virtual bool flush() = 0;
};

struct TailOptions {
    /// Where to begin; `earliest` is the oldest record that log or archive hold. Nothing: `last` records before its
    /// end.
    std::optional<StartingPlace> from{};
    std::uint64_t last = 10;
    std::optional<std::uint64_t> records_max{};  ///< Ends after so many records.
    bool follow = false;                         ///< Continues with records appended later.
    archive::ArchiveReader* archive = nullptr;   ///< Read before the log, if there is one. Needs `from`.
};

/// Reads a log from a place up to its present head, with memory for one chunk. With `follow`, it ends only
/// after `records_max` records, and continues after a failure that may pass: it calls `on_retry` and waits.
///
/// Returns true if every record was there. Throws Error.
bool tail(Log& log, const TailOptions& options, TailOutput& output, Clock& clock,
          const std::function<void(const Error&, Clock::Duration)>& on_retry);

}  // namespace contrail::operations
