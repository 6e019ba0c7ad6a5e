#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/file_descriptor.hpp"
#include "kafka/client.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/handles.hpp"

namespace contrail::kafka {

/// What of a topic can be read: Kafka offsets. Not all of them are entries: transactions leave markers, and aborted
/// ones their entries.
struct Extent {
    std::int64_t begin = 0;
    std::int64_t end = 0;  ///< Not included: the first that is not decided yet.

    [[nodiscard]] bool empty() const { return begin == end; }
};

/// How a reader fetches. The end of the topic is known `end_wait` after it was reached.
struct Fetching {
    std::chrono::milliseconds end_wait;
    int bytes_max;  ///< Of one answer. An answer holds at least a whole batch of the producer's.
};

/// For all entries, one after the other. The long wait at the end spares the broker requests.
inline constexpr Fetching fetching_all{.end_wait = std::chrono::milliseconds(250), .bytes_max = 4 << 20};

/// For a few entries at a place, which are wanted soon, and so is the end.
inline constexpr Fetching fetching_few{.end_wait = std::chrono::milliseconds(10), .bytes_max = 64 << 10};

/// Reads the committed entries of a topic's one partition.
///
/// Lifetime  Its entries must be destroyed first: librdkafka's destructor waits for them without end.
/// Errors    Throws Error, and is of no use after that: make a new one. A Kafka offset means nothing in a topic that
///           was created again, and a handle that has lost its leader can hang.
class PartitionReader {
public:
    /// `endpoint` must outlive it.
    PartitionReader(const Endpoint& endpoint, std::string topic, Fetching fetching);

    /// Nothing: there is no such topic.
    std::optional<Extent> extent();

    /// The next entry is the first committed one at this Kafka offset or after it.
    void seek(std::int64_t kafka_offset);

    /// The next entry. Nothing if `deadline` passes first, or, with `stop_at_end`, at the end of the topic.
    Handle<rd_kafka_message_t> next(base::Deadline deadline, bool stop_at_end);

    /// Where next() found the end; nothing if entries may follow.
    [[nodiscard]] std::optional<std::int64_t> found_end() const { return found_end_; }

    /// Fetches nothing until the next seek(). Else librdkafka goes on: up to a million entries, and at the end of the
    /// topic for as long as the handle lives.
    void rest();

    /// Waits until what lies before this Kafka offset can be read: a commit is answered before its marker is written.
    /// False: it did not come in time.
    [[nodiscard]] bool wait_for(std::int64_t end);

private:
    [[nodiscard]] Client make_client() const;
    void pause_or_resume(decltype(rd_kafka_pause_partitions)* call);
    [[nodiscard]] bool jump(std::int64_t kafka_offset);

    const Endpoint& endpoint_;
    std::string topic_;
    Fetching fetching_;
    Client client_;
    bool topic_seen_ = false;
    bool is_assigned_ = false;
    bool rests_ = false;
    std::optional<std::int64_t> found_end_;
};

/// A reader that is made at its first use, and anew after close().
class LazyReader {
public:
    LazyReader(const Endpoint& endpoint, std::string topic, Fetching fetching)
        : endpoint_(endpoint),
          topic_(std::move(topic)),
          fetching_(fetching) {}

    PartitionReader& operator*() {
        if (!reader_) reader_.emplace(endpoint_, topic_, fetching_);
        return *reader_;
    }
    PartitionReader* operator->() { return &**this; }
    void close() { reader_.reset(); }
    void rest() {
        if (reader_) reader_->rest();
    }

private:
    const Endpoint& endpoint_;
    std::string topic_;
    Fetching fetching_;
    std::optional<PartitionReader> reader_;
};

}  // namespace contrail::kafka
