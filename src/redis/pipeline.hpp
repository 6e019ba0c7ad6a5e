#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contrail/chunk_limits.hpp"
#include "contrail/consumer_owner.hpp"
#include "contrail/error.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"
#include "core/require.hpp"
#include "redis/command.hpp"
#include "redis/keys.hpp"
#include "redis/lua.hpp"
#include "redis/read_reply.hpp"
#include "redis/read_size.hpp"
#include "redis/reply.hpp"

namespace contrail::redis {

/// The requests and replies of one connection to a log, without the connection. It is told what is requested
/// and which replies arrive. It says what to send, which request a reply belongs to, and what is in doubt
/// after a failure.
///
///     append(), read(), ask() …     a request: its command is added to outgoing()
///     outgoing()                    what to send
///     expected()                    what to receive next
///     take(reply)                   what was received; the pipeline says which request it belongs to
///     has_appended(),               whether to stop receiving
///     has_chunk()
///     fail()                        the connection is gone: what is in doubt
///
/// Redis replies in the order of the requests, so each reply belongs to the oldest request that has none.
///
/// Reads      A reply to a read is taken entry by entry, up to the read's limits. The rest stays in the
///            socket. It serves the next read if that continues there. If not, or if another request needs
///            its reply first, the rest is received and skipped.
///            A read whose reply was cut off is asked for smaller (read_size.hpp).
/// Positions  A report travels in front of the next request, and no caller waits for its reply.
/// Errors     take() throws Error at an error reply and at a reply in an unknown form; call fail() then.
/// Threads    Not thread-safe.
class Pipeline {
public:
    /// Which kind of request a reply belongs to.
    enum class Request { append, read, positions, other };

    struct Expected {
        bool head = false;                   ///< An array's head, without its elements; else a whole reply.
        std::chrono::milliseconds block{0};  ///< How long Redis may hold it back by the request's own terms.
    };

    explicit Pipeline(Keys keys);

    [[nodiscard]] const Keys& keys() const noexcept { return keys_; }

    /// The outbox for which requests change the log from now on; at first it is none.
    void act_for(OutboxIdentity outbox) { outbox_ = std::move(outbox); }
    [[nodiscard]] const OutboxIdentity& outbox() const noexcept { return outbox_; }

    /// The database whose consumers register and report from now on; at first it is none.
    void consume_for(ConsumerOwner owner) { owner_ = std::move(owner); }
    [[nodiscard]] const ConsumerOwner& owner() const noexcept { return owner_; }

    // Requests. A request is noted before it is sent: if the connection is lost on the way, it may have
    // arrived.

    /// Appends `records` if the log's head is `expected`; has_appended() becomes true with the reply.
    void append(RecordId expected, std::span<const Record> records);

    /// Reads what follows `after`; has_chunk() becomes true with what comes. Forgets a read that was begun
    /// earlier.
    void read(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max);

    /// Notes a consumer's position, to travel with the next request.
    void report_position(const ConsumerName& consumer, RecordId position);

    /// Takes back what was noted of a consumer's position and has not reached the log.
    void forget_position(const ConsumerName& consumer);

    /// Any other command: strings, numbers and record ids.
    template <class... Arguments>
    void ask(const Arguments&... arguments) {
        add_positions();
        add_command(outgoing_, arguments...);
        outstanding_.push_back({.kind = Request::other});
    }

    /// The script, which changes the log for the outbox (lua.hpp), with further keys and arguments.
    template <class... Arguments>
    void ask_for_outbox(const std::string& script, std::initializer_list<std::string_view> keys,
                        const Arguments&... arguments) {
        add_positions();
        begin_for_outbox(outgoing_, script, keys_, outbox_, keys, sizeof...(arguments));
        (add_argument(outgoing_, arguments), ...);
        outstanding_.push_back({.kind = Request::other});
    }

    // What to send.

    [[nodiscard]] const std::string& outgoing() const noexcept { return outgoing_; }
    /// All of outgoing() was sent, or the connection is lost.
    void sent();

    // What to receive.

    /// True if a reply is outstanding.
    [[nodiscard]] bool awaits_reply() const noexcept { return !outstanding_.empty(); }

    /// The next reply. awaits_reply() must be true.
    [[nodiscard]] Expected expected() const {
        require(awaits_reply(), "a reply is received only to a request");
        if (reading_) return {.head = reading_->reply.expects_head()};
        const Outstanding& oldest = outstanding_.front();
        return {.head = oldest.kind == Request::read, .block = oldest.block};
    }

    /// Takes in the next reply, or the next piece of a read's. Returns the kind of request that it belongs
    /// to. What an `other` reply means is for the caller to say.
    Request take(const Reply& reply);

    // Results.

    /// True if the reply to an append is here.
    [[nodiscard]] bool has_appended() const noexcept { return !appended_.empty(); }
    /// The log's head after the oldest append. has_appended() must be true.
    RecordId take_appended();
    void forget_appended() noexcept { appended_.clear(); }

    /// True if the read that was begun last is done: its limits are reached, or its reply is at its end.
    [[nodiscard]] bool has_chunk() const {
        require(chunk_.state != Chunk::State::none, "a read was begun");
        return chunk_.state == Chunk::State::complete;
    }
    /// Replaces the contents with what was read: records, and the ids of entries that are not records.
    /// has_chunk() must be true.
    void take_chunk(std::vector<Record>& records, std::vector<RecordId>& foreign);

    // Failure.

    /// Forgets everything but positions that were not sent: on a new connection no reply will come. Returns
    /// what the caller can do after an error that says `cause`: Retry::in_doubt if calling again could help,
    /// but an append may have happened whose caller was not told.
    Retry fail(Retry cause) noexcept;

    /// True if the last failure ended the reply to a read of several entries. The next one asks for fewer.
    [[nodiscard]] bool lost_read() const noexcept { return lost_read_; }

private:
    struct Outstanding {
        Request kind;
        std::chrono::milliseconds block{0};
        std::uint64_t entries_max = 0;  ///< How many entries a read asked for.
        bool wanted = false;            ///< A read's entries go into the chunk; else they are skipped.
    };

    /// The reply to the oldest request, once the reply to a read has begun to arrive.
    struct Reading {
        ReadReply reply;
        std::optional<RecordId>
            read_to;                ///< The chunk's last entry, if the next entry of the reply follows it.
        std::uint64_t records = 0;  ///< Taken from the reply so far.
        std::uint64_t bytes = 0;    ///< In those.
    };

    /// What one read returns.
    struct Chunk {
        enum class State { none, awaited, complete };

        State state = State::none;
        ChunkLimits limits;
        std::vector<Record>
            records;  ///< The first `count` are this chunk's. The others keep their memory for it.
        std::size_t count = 0;
        std::size_t bytes = 0;
        std::vector<RecordId> foreign;

        [[nodiscard]] bool is_full() const {
            return count >= limits.records_max || bytes >= limits.bytes_max;
        }
    };

    void add_positions();
    void settle_positions(const Reply& reply);

    [[nodiscard]] bool continues_at(RecordId after) const;
    void skip_earlier_reads();
    void request_entries(RecordId after, std::chrono::milliseconds wait_max);
    void take_piece(const Reply& piece);
    void take_entry(const Reply& entry);
    void complete_chunk();
    void finish_read();

    Keys keys_;
    OutboxIdentity outbox_;
    ConsumerOwner owner_;
    std::string outgoing_;
    std::deque<Outstanding> outstanding_;  ///< Oldest first.

    std::deque<RecordId> appended_;  ///< Replies to appends that were not taken yet; oldest first.

    Chunk chunk_;
    std::optional<Reading> reading_;
    ReadSize read_size_;
    bool lost_read_ = false;

    std::map<ConsumerName, RecordId> positions_to_send_;
    std::map<ConsumerName, RecordId> positions_sent_;  ///< And not yet replied to.
};

}  // namespace contrail::redis
