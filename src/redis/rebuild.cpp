#include "redis/rebuild.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "contrail/error.hpp"
#include "redis/redis_log.hpp"

namespace contrail::redis {

namespace {

[[noreturn]] void throw_changed(const std::string& what) {
    throw Error(Retry::call, "While the log was rebuilt " + what + ". The log is as it was: try again.");
}

class Rebuilding {
public:
    Rebuilding(const Settings& settings, Outbox& outbox, const StreamScan& found)
        : outbox_(outbox),
          found_(found),
          live_(endpoint_of(settings), StreamName(settings.stream_name)),
          fresh_(endpoint_of(settings), StreamName(settings.stream_name + ":rebuild")) {}

    void run() {
        require_memory();
        fresh_.remove();
        try {
            copy_what_only_the_log_holds();
            do {
                built_ = fresh_.head();
                append_up_to(live_.head());
            } while (!live_.replace_by(fresh_));
        } catch (...) {
            fresh_.remove();
            throw;
        }
    }

private:
    void require_memory() const {
        const LogUsage& usage = found_.usage;
        const std::uint64_t max = usage.memory_bytes_max;
        if (max == 0 || usage.memory_bytes + usage.bytes <= max) return;
        throw Error(
            Retry::never,
            "The log takes " + std::to_string(usage.bytes) +
                " bytes of Redis's memory, twice that while it is rebuilt, and only " +
                std::to_string(max - std::min(usage.memory_bytes, max)) +
                " are free. Nothing was changed. Raise maxmemory for that time (CONFIG SET maxmemory).");
    }

    /// The records from where the log is whole to where the outbox begins.
    void copy_what_only_the_log_holds() {
        std::vector<Record> chunk;
        std::vector<RecordId> foreign;
        RecordId after;
        for (;;) {
            foreign.clear();
            live_.read_begin(after, {}, std::chrono::milliseconds(0));
            live_.scan_end(chunk, foreign);
            if (chunk.empty() && foreign.empty()) return;
            if (!foreign.empty()) after = std::max(after, foreign.back());
            if (!chunk.empty()) after = std::max(after, chunk.back().id);
            const bool is_last = !chunk.empty() && chunk.back().id.offset >= found_.outbox_first;
            std::erase_if(chunk, [&](const Record& record) {
                return record.id.offset < found_.whole_from || record.id.offset >= found_.outbox_first;
            });
            // A trim may have taken what was copied, and more: then all of it can go.
            if (!chunk.empty() && chunk.front().id.offset != built_.offset.next()) start_over();
            append(chunk);
            if (is_last) return;
        }
    }

    /// The records of the outbox that follow what is built already.
    void append_up_to(RecordId head) {
        if (head < built_) throw_changed("the log lost records, which the streamer sends again");
        std::vector<Record> chunk;
        while (built_ < head) {
            const Offset from = std::max(built_.offset.next(), found_.outbox_first);
            const auto batch = outbox_.find(from);
            if (!batch)
                throw_changed("the outbox let go of records from offset " + std::to_string(from.value));
            const auto reader = outbox_.read(*batch, from);
            for (reader->read(chunk, {}); !chunk.empty() && built_ < head; reader->read(chunk, {})) {
                std::erase_if(chunk, [&](const Record& record) { return record.id > head; });
                append(chunk);
            }
        }
    }

    void append(const std::vector<Record>& records) {
        if (records.empty()) return;
        fresh_.append_begin(built_, records);
        built_ = records.back().id;
        if (fresh_.append_end() != built_) throw_changed("somebody else wrote to the stream beside it");
    }

    void start_over() {
        fresh_.remove();
        built_ = {};
    }

    Outbox& outbox_;
    const StreamScan& found_;
    RedisLog live_;
    RedisLog fresh_;
    RecordId built_;  ///< Head of the fresh stream.
};

}  // namespace

void rebuild(const Settings& settings, Outbox& outbox, const StreamScan& found) {
    Rebuilding(settings, outbox, found).run();
}

}  // namespace contrail::redis
