#include "redis/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "core/require.hpp"
#include "redis/append_script.hpp"
#include "redis/errors.hpp"
#include "redis/replies.hpp"
#include "redis/retention_scripts.hpp"

namespace contrail::redis {

namespace {

using std::chrono::milliseconds;

/// "For ever" in milliseconds would overflow on its way to Redis. A read that ends after a day is simply
/// begun again.
constexpr milliseconds block_max = std::chrono::hours(24);

/// A command buffer that one huge record blew up is given back.
constexpr std::size_t outgoing_bytes_kept_max = std::size_t{4} << 20U;

}  // namespace

Pipeline::Pipeline(Keys keys) : keys_(std::move(keys)) {}

void Pipeline::append(RecordId expected, std::span<const Record> records) {
    add_positions();
    add_append(outgoing_, keys_, outbox_, expected, records);
    outstanding_.push_back({.kind = Request::append});
}

void Pipeline::read(RecordId after, const ChunkLimits& limits, milliseconds wait_max) {
    require(limits.records_max > 0 && limits.bytes_max > 0,
            "a read asks for at least one record and one byte", limits.records_max, limits.bytes_max);
    const bool continues = continues_at(after);
    skip_earlier_reads();
    chunk_.state = Chunk::State::awaited;
    chunk_.limits = limits;
    chunk_.count = chunk_.bytes = 0;
    chunk_.foreign.clear();

    add_positions();
    if (continues) {
        outstanding_.front().wanted = true;
    } else {
        request_entries(after, wait_max);
    }
}

void Pipeline::request_entries(RecordId after, milliseconds wait_max) {
    const std::uint64_t count = read_size_.entries(chunk_.limits);
    const milliseconds block = std::clamp(wait_max, milliseconds(0), block_max);
    if (block == milliseconds(0)) {  // BLOCK 0 would mean for ever
        add_command(outgoing_, "XREAD", "COUNT", count, "STREAMS", keys_.stream, after);
    } else {
        add_command(outgoing_, "XREAD", "COUNT", count, "BLOCK", static_cast<std::uint64_t>(block.count()),
                    "STREAMS", keys_.stream, after);
    }
    outstanding_.push_back({.kind = Request::read, .block = block, .entries_max = count, .wanted = true});
}

void Pipeline::report_position(const ConsumerName& consumer, RecordId position) {
    positions_to_send_.insert_or_assign(consumer, position);
}

void Pipeline::forget_position(const ConsumerName& consumer) {
    positions_to_send_.erase(consumer);
    positions_sent_.erase(consumer);  // a full server would have it sent again
}

/// Puts the positions that wait in front of the request to come.
void Pipeline::add_positions() {
    if (positions_to_send_.empty()) return;
    constexpr std::size_t always = 7;  // EVAL, script, number of keys; positions, owners; id, name
    begin_command(outgoing_, always + 2 * positions_to_send_.size());
    add_argument(outgoing_, "EVAL");
    add_argument(outgoing_, report_script());
    add_argument(outgoing_, std::uint64_t{2});
    add_argument(outgoing_, keys_.positions);
    add_argument(outgoing_, keys_.owners);
    add_argument(outgoing_, owner_.id);
    add_argument(outgoing_, owner_.name);
    for (const auto& [consumer, position] : positions_to_send_) {
        add_argument(outgoing_, consumer.str());
        add_argument(outgoing_, position);
    }
    for (const auto& [consumer, position] : std::exchange(positions_to_send_, {}))
        positions_sent_.insert_or_assign(consumer, position);
    outstanding_.push_back({.kind = Request::positions});
}

void Pipeline::settle_positions(const Reply& reply) {
    // A server that cannot write can still be read from. Consumers must go on there, because what they apply
    // is what makes room. Their positions are sent again; newer ones stay as they are.
    if (writes_later(reply)) {
        positions_to_send_.merge(positions_sent_);
    } else {
        require_no_error(reply);
    }
    positions_sent_.clear();
}

void Pipeline::sent() {
    outgoing_.clear();
    if (outgoing_.capacity() > outgoing_bytes_kept_max) std::string().swap(outgoing_);
}

void Pipeline::finish_read() {
    read_size_.learn(outstanding_.front().entries_max, reading_->records, reading_->bytes);
    reading_.reset();
    outstanding_.pop_front();
}

inline void Pipeline::take_entry(const Reply& entry) {
    if (chunk_.count == chunk_.records.size()) chunk_.records.emplace_back();
    Record& record = chunk_.records[chunk_.count];
    const bool is_record = assign_entry(entry, record);
    reading_->read_to = record.id;
    if (!is_record) return chunk_.foreign.push_back(record.id);

    const std::size_t bytes = record.bytes();
    ++chunk_.count;
    chunk_.bytes += bytes;
    ++reading_->records;
    reading_->bytes += bytes;
}

inline void Pipeline::take_piece(const Reply& piece) {
    if (piece.is_error()) {  // the whole reply
        reading_.reset();
        outstanding_.pop_front();
        throw error_of_reply(piece.text);
    }
    if (!reading_) reading_ = Reading();
    const bool wanted = outstanding_.front().wanted;
    if (const Reply* const entry = reading_->reply.take(piece)) {
        if (wanted) {
            take_entry(*entry);
        } else {
            reading_->read_to.reset();
        }
    }
    if (reading_->reply.is_complete()) {
        finish_read();
        if (wanted) chunk_.state = Chunk::State::complete;
    } else if (wanted && chunk_.is_full()) {
        outstanding_.front().wanted = false;
        chunk_.state = Chunk::State::complete;
    }
}

Pipeline::Request Pipeline::take(const Reply& reply) {
    require(awaits_reply(), "a reply belongs to a request");
    const Request kind = outstanding_.front().kind;
    if (kind == Request::read) {
        take_piece(reply);
        return kind;
    }
    // Before the reply is looked at: a refused append is not in doubt.
    outstanding_.pop_front();
    if (kind == Request::append) appended_.push_back(head_after("append", reply));
    if (kind == Request::positions) settle_positions(reply);
    return kind;
}

RecordId Pipeline::take_appended() {
    require(has_appended(), "an append was begun and its reply taken");
    const RecordId head = appended_.front();
    appended_.pop_front();
    return head;
}

/// True if the oldest reply is in the middle of its entries, and the next one follows `after`.
bool Pipeline::continues_at(RecordId after) const {
    return reading_ && reading_->read_to == after;
}

void Pipeline::skip_earlier_reads() {
    for (Outstanding& request : outstanding_) request.wanted = false;
}

void Pipeline::take_chunk(std::vector<Record>& records, std::vector<RecordId>& foreign) {
    require(has_chunk(), "a read is done");
    chunk_.records.resize(chunk_.count);
    chunk_.records.swap(records);
    chunk_.foreign.swap(foreign);
    chunk_.state = Chunk::State::none;
}

Retry Pipeline::fail(Retry cause) noexcept {
    lost_read_ = cause == Retry::call && awaits_reply() && outstanding_.front().kind == Request::read &&
                 outstanding_.front().entries_max > 1;
    if (lost_read_) read_size_.lost(outstanding_.front().entries_max);
    const bool in_doubt = has_appended() || std::any_of(outstanding_.begin(), outstanding_.end(),
                                                        [](const Outstanding& request) {
                                                            return request.kind == Request::append;
                                                        });
    outgoing_.clear();
    outstanding_.clear();
    appended_.clear();
    chunk_.state = Chunk::State::none;
    reading_.reset();
    positions_sent_.clear();
    return in_doubt && cause == Retry::call ? Retry::in_doubt : cause;
}

}  // namespace contrail::redis
