#include "redis/rebuild.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "contrail/error.hpp"
#include "redis/redis_log.hpp"
#include "redis/stream_editor.hpp"

namespace contrail::redis {

namespace {

[[noreturn]] void throw_changed(const std::string& what) {
    throw Error(Retry::call,
                "Could not rebuild the log: " + what + ". The log is as it was. Run this again.");
}

class Rebuilding {
public:
    Rebuilding(const Settings& settings, Outbox& outbox, const StreamScan& found)
        : outbox_(outbox),
          found_(found),
          log_(endpoint_of(settings), log_name(settings)),
          stream_(endpoint_of(settings), log_name(settings)),
          fresh_log_(endpoint_of(settings), fresh_name(settings)),
          fresh_stream_(endpoint_of(settings), fresh_name(settings)) {}

    void run() {
        require_memory();
        const OutboxIdentity outbox = outbox_.identity();
        log_.act_for(outbox);
        stream_.act_for(outbox);
        fresh_stream_.remove();
        try {
            copy_what_only_the_log_holds();
            do {
                built_ = fresh_log_.head();
                append_up_to(log_.head());
            } while (!stream_.replace_by(fresh_stream_));
        } catch (...) {
            fresh_stream_.remove();
            throw;
        }
    }

private:
    static StreamName log_name(const Settings& settings) { return StreamName(settings.stream_name); }
    static StreamName fresh_name(const Settings& settings) {
        return StreamName(Keys(log_name(settings), endpoint_of(settings).in_cluster()).rebuilt);
    }

    void require_memory() const {
        const LogUsage& usage = found_.usage;
        const std::uint64_t max = usage.memory_bytes_max;
        if (max == 0 || usage.memory_bytes + usage.bytes <= max) return;
        throw Error(Retry::never,
                    "Could not rebuild the log: it takes " + std::to_string(usage.bytes) +
                        " bytes of Redis's memory, a copy needs as much again, and only " +
                        std::to_string(max - std::min(usage.memory_bytes, max)) +
                        " bytes are free. Nothing was changed. Raise maxmemory for the time of the "
                        "rebuild (CONFIG SET maxmemory), and run it again.");
    }

    /// The records from where the log is whole to where the outbox begins.
    void copy_what_only_the_log_holds() {
        std::vector<Record> chunk;
        std::vector<RecordId> foreign;
        RecordId after;
        for (;;) {
            log_.scan(after, {}, std::chrono::milliseconds(0), chunk, foreign);
            if (chunk.empty() && foreign.empty()) return;
            if (!foreign.empty()) after = std::max(after, foreign.back());
            if (!chunk.empty()) after = std::max(after, chunk.back().id);
            const bool is_last = !chunk.empty() && chunk.back().id.offset >= found_.outbox_first;
            std::erase_if(chunk, [&](const Record& record) {
                return record.id.offset < found_.whole_from || record.id.offset >= found_.outbox_first;
            });
            // A trim took records behind what was copied. So no consumer needs the copied ones either.
            if (!chunk.empty() && chunk.front().id.offset != built_.offset.next()) start_over();
            append(chunk);
            if (is_last) return;
        }
    }

    /// The records of the outbox that follow what is built already.
    void append_up_to(RecordId head) {
        if (head < built_) throw_changed("it lost records, which the streamer is sending again");
        std::vector<Record> chunk;
        while (built_ < head) {
            const Offset from = std::max(built_.offset.next(), found_.outbox_first);
            const auto batch = outbox_.find(from);
            if (!batch)
                throw_changed("the outbox has released the records from offset " +
                              std::to_string(from.value) + " on since the scan");
            const auto reader = outbox_.read(*batch, from);
            for (reader->read(chunk, {}); !chunk.empty() && built_ < head; reader->read(chunk, {})) {
                std::erase_if(chunk, [&](const Record& record) { return record.id > head; });
                append(chunk);
            }
        }
    }

    void append(const std::vector<Record>& records) {
        if (records.empty()) return;
        fresh_log_.append_begin(built_, records);
        built_ = records.back().id;
        if (fresh_log_.append_end() != built_)
            throw_changed("another process wrote to the fresh stream, perhaps a second rebuild");
    }

    void start_over() {
        fresh_stream_.remove();
        built_ = {};
    }

    Outbox& outbox_;
    const StreamScan& found_;
    RedisLog log_;
    StreamEditor stream_;
    RedisLog fresh_log_;
    StreamEditor fresh_stream_;
    RecordId built_;  ///< Head of the fresh stream.
};

}  // namespace

void rebuild(const Settings& settings, Outbox& outbox, const StreamScan& found) {
    Rebuilding(settings, outbox, found).run();
}

}  // namespace contrail::redis
