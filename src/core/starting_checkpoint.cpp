#include "core/starting_checkpoint.hpp"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/utc.hpp"
#include "contrail/error.hpp"

namespace contrail {

namespace {

/// A search for one consumer's first checkpoint.
class Search {
public:
    Search(const ConsumerName& consumer, const StartingPlace& place, LogReader& log, Clock& clock)
        : consumer_(consumer),
          place_(place),
          log_(log),
          clock_(clock) {}

    RecordId operator()(start::Earliest) {
        // One request: between two, records may arrive, or be lost and come back.
        const LogUsage usage = log_.usage();
        if (usage.records > 0 ? usage.first.offset == Offset{1} : usage.head == RecordId{}) return {};
        if (usage.records == 0) refuse("the beginning of the log is gone, up to " + usage.head.to_string());
        const RecordId before{usage.first.sealed_ms, usage.first.offset.previous()};
        throw Error(Retry::never,
                    "Cannot start consumer '" + consumer_.str() + "' from " + to_string(place_) +
                        ": the beginning of the log is gone, up to the record before " +
                        usage.first.to_string() + ". Choose " + before.to_string() +
                        " to begin with that record, or latest to begin with the next one. Or name "
                        "the folder of an archive that holds the beginning (--archive).");
    }

    RecordId operator()(start::Latest) { return end(); }

    RecordId operator()(start::After after) {
        if (after.id == RecordId{}) return (*this)(start::Earliest{});
        if (after.id.offset == Offset{0}) refuse("no record has offset 0");
        if (after.id > log_.head()) {
            const RecordId head = end();
            if (after.id > head) refuse("the log ends with " + head.to_string());
        }
        if (after.id == log_.head()) return after.id;
        const auto found = first_after({after.id.sealed_ms, after.id.offset.previous()});
        if (found == after.id) return after.id;
        // The record itself may be gone, if the log begins with the next one.
        if (found && found->offset == after.id.offset.next() && found == first_after({})) return after.id;
        refuse("the log does not hold it" +
               (found ? ", and continues with " + found->to_string() : std::string()));
    }

    RecordId operator()(start::Since since) {
        if (since.unix_ms > clock_.unix_ms()) refuse("that lies in the future");
        // The head is asked first: what is appended from now on was sealed later.
        const RecordId head = end();
        const auto found = first_since(since.unix_ms);
        if (!found) return head;
        if (found->offset == Offset{1}) return {};
        const auto first = first_after({});
        if (first == found) {
            refuse("the log no longer holds a record sealed before " + base::utc_text_ms(found->sealed_ms) +
                   " (" + found->to_string() + ")");
        }
        return last_before(*found, first->sealed_ms, since.unix_ms);
    }

    RecordId operator()(start::Reconciled) {
        refuse("only the consumer's own program can compute that state, and this one does not");
    }

private:
    RecordId end() { return end_of_log(consumer_, place_, log_.usage()); }

    std::optional<RecordId> first_after(RecordId id) {
        log_.read_begin(id, {.records_max = 1}, std::chrono::milliseconds(0));
        log_.read_end(records_);
        return records_.empty() ? std::nullopt : std::optional(records_.front().id);
    }

    std::optional<RecordId> first_since(std::uint64_t unix_ms) {
        constexpr auto offset_max = std::numeric_limits<std::uint64_t>::max();
        return first_after(unix_ms == 0 ? RecordId{} : RecordId{unix_ms - 1, Offset{offset_max}});
    }

    /// The id of the record before `found`. It was sealed at or after `low_ms`, and before `high_ms`. A log
    /// cannot be read backwards, so this bisects the times; the offset is known.
    RecordId last_before(RecordId found, std::uint64_t low_ms, std::uint64_t high_ms) {
        while (high_ms - low_ms > 1) {
            const std::uint64_t middle = low_ms + (high_ms - low_ms) / 2;
            const auto next = first_since(middle);
            if (next && *next < found) {
                low_ms = next->sealed_ms;
            } else {
                high_ms = middle;
            }
        }
        return {low_ms, found.offset.previous()};
    }

    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(Retry::never, "Cannot start consumer '" + consumer_.str() + "' from " +
                                      to_string(place_) + ": " + why +
                                      ". Choose another place: " + std::string(starting_place_forms) + ".");
    }

    const ConsumerName& consumer_;
    const StartingPlace& place_;
    LogReader& log_;
    Clock& clock_;
    std::vector<Record> records_;
};

}  // namespace

RecordId starting_checkpoint(const ConsumerName& consumer, const StartingPlace& place, LogReader& log,
                             Clock& clock) {
    return std::visit(Search(consumer, place, log, clock), place);
}

// An emptied log must not be believed. Its head is 0-0, and "latest" would be the beginning: the consumer would apply
// again all that comes back.
RecordId end_of_log(const ConsumerName& consumer, const StartingPlace& place, const LogUsage& usage) {
    if (!usage.sealed) {
        throw Error(
            Retry::call,
            "Cannot start consumer '" + consumer.str() + "' from " + to_string(place) +
                " yet: no streamer has found its place in the log since the log's server started, so the "
                "log may have lost records. Where it ends is not known. Nothing was changed. The consumer waits for a "
                "streamer. Start `contrail stream` if none runs.");
    }
    if (usage.head < *usage.sealed) {
        throw Error(Retry::call,
                    "Cannot start consumer '" + consumer.str() + "' from " + to_string(place) +
                        " yet: the log has lost records, and the streamer fills it again. It ends with " +
                        usage.head.to_string() + ", and the outbox has sealed records up to " +
                        usage.sealed->to_string() +
                        ". Nothing was changed. The consumer waits until they are in the log.");
    }
    return usage.head;
}

void require_followed(const ConsumerName& consumer, RecordId checkpoint, LogReader& log) {
    const LogUsage usage = log.usage();
    const RecordId held_after =
        usage.records > 0 ? RecordId{usage.first.sealed_ms, usage.first.offset.previous()} : usage.head;
    if (held_after.offset <= checkpoint.offset) return;
    throw Error(Retry::call, "Cannot start consumer '" + consumer.str() + "' after " +
                                 checkpoint.to_string() + ": the log was trimmed to " +
                                 usage.first.to_string() +
                                 " before the consumer was registered. Nothing was changed. The consumer "
                                 "chooses its place again.");
}

}  // namespace contrail
