#include "contrail/shared_log.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/forwarding_log_reader.hpp"

namespace contrail {

namespace {

/// Copies records of `from` after `after` into `to`, within `limits`. It assigns: `to` uses its memory again.
void copy_chunk(const std::vector<Record>& from, RecordId after, const ChunkLimits& limits,
                std::vector<Record>& to) {
    const auto first = std::ranges::upper_bound(from, after, {}, &Record::id);
    std::size_t bytes = 0;
    auto last = first;
    while (last != from.end() && static_cast<std::size_t>(last - first) < limits.records_max &&
           bytes < limits.bytes_max)
        bytes += (last++)->bytes();
    to.assign(first, last);
}

}  // namespace

/// A worker's view.
class SharedLog::Reader : public ForwardingLogReader {
public:
    Reader(SharedLog& shared, std::shared_ptr<LogReader> own)
        : ForwardingLogReader(*own),
          shared_(shared),
          own_(std::move(own)) {}

    void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) override {
        after_ = after;
        limits_ = limits;
        wait_max_ = wait_max;
    }

    void read_end(std::vector<Record>& records) override {
        const auto deadline = std::chrono::steady_clock::now() + wait_max_;
        std::unique_lock lock(shared_.mutex_);
        while (true) {
            if (const auto chunk = kept()) {
                lock.unlock();
                copy_chunk(chunk->records, after_, limits_, records);
                return;
            }
            if (after_ < shared_.end_) break;
            // This reader is ahead of what is kept, and the others will come here.
            if (after_ > shared_.end_ && !shared_.reading_) shared_.keep(after_, {});
            if (!shared_.reading_ && after_ == shared_.end_) {
                if (!lead(lock, deadline)) {
                    records.clear();
                    return;
                }
            } else if (shared_.changed_.wait_until(lock, deadline) == std::cv_status::timeout && !kept()) {
                records.clear();
                return;
            }
        }
        lock.unlock();
        own_->read_begin(after_, limits_, wait_max_);
        own_->read_end(records);
    }

    /// A report travels with the next request of its connection, and that may be long in coming.
    void report_position(const ConsumerName& consumer, RecordId position) override {
        own_->report_position(consumer, position);
        own_->head();
    }

private:
    [[nodiscard]] std::shared_ptr<const Chunk> kept() const {
        const auto& chunks = shared_.chunks_;
        const auto next = std::ranges::upper_bound(
            chunks, after_, {}, [](const auto& chunk) { return chunk->records.back().id; });
        return next == chunks.end() || (*next)->after > after_ ? nullptr : *next;
    }

    /// Reads what follows all that is kept, for all readers. False if nothing came until `deadline`.
    bool lead(std::unique_lock<std::mutex>& lock, std::chrono::steady_clock::time_point deadline) {
        const auto wait =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        shared_.reading_ = true;
        lock.unlock();
        std::vector<Record> found;
        try {
            own_->read_begin(after_, shared_.options_.chunk, std::max(wait, std::chrono::milliseconds(0)));
            own_->read_end(found);
        } catch (...) {
            lock.lock();
            shared_.reading_ = false;
            shared_.changed_.notify_all();
            throw;
        }
        lock.lock();
        shared_.reading_ = false;
        const bool any = !found.empty();
        if (any) shared_.keep(after_, std::move(found));
        shared_.changed_.notify_all();
        return any;
    }

    SharedLog& shared_;
    std::shared_ptr<LogReader> own_;
    RecordId after_;
    ChunkLimits limits_;
    std::chrono::milliseconds wait_max_{0};
};

SharedLog::SharedLog(std::function<std::shared_ptr<LogReader>()> open, Options options)
    : open_(std::move(open)),
      options_(options) {}

std::shared_ptr<LogReader> SharedLog::reader() {
    return std::make_shared<Reader>(*this, open_());
}

/// Keeps records that were read after `after`, which is `end_` or beyond. What does not follow on is dropped.
void SharedLog::keep(RecordId after, std::vector<Record> records) {
    if (after != end_) {
        chunks_.clear();
        bytes_ = 0;
        end_ = after;
    }
    if (records.empty()) return;
    end_ = records.back().id;
    std::size_t bytes = 0;
    for (const Record& record : records) bytes += sizeof(Record) + record.bytes();
    bytes_ += bytes;
    chunks_.push_back(std::make_shared<const Chunk>(Chunk{after, std::move(records), bytes}));
    while (chunks_.size() > 1 && bytes_ > options_.bytes_max) {
        bytes_ -= chunks_.front()->bytes;
        chunks_.pop_front();
    }
}

}  // namespace contrail
