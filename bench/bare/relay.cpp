#include "bench/bare/relay.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace contrail::bench {

namespace {

constexpr std::size_t chunk_records = 1'000;
constexpr std::size_t chunk_bytes = 1 << 20;
constexpr std::size_t appends_in_flight = 3;

constexpr auto script_text = R"lua(
for i = 1, #ARGV, 4 do
    redis.call('XADD', KEYS[1], ARGV[i], 'action', ARGV[i + 1], 'object', ARGV[i + 2], 'data', ARGV[i + 3])
end
)lua";

// The format of COPY. CopyDecoder documents and checks it; this loop only skips.
constexpr int header_bytes = 19;
constexpr int field_count_bytes = 2;
constexpr int trailer_bytes = 2;
constexpr int fields = 3;

constexpr std::size_t arguments_before_records = 4;  // EVALSHA, script, number of keys, key

}  // namespace

BareRelay::BareRelay(const Site& site)
    : postgres_(site.settings().database_url),
      redis_(site.settings()),
      stream_(site.settings().stream_name),
      copy_("COPY (SELECT action, object, data FROM " + site.table("staged_log_records") +
            " ORDER BY id) TO STDOUT (FORMAT binary)"),
      script_(redis_.run({"SCRIPT", "LOAD", script_text})->str),
      ids_(chunk_records) {
    // As a streamer does: compiling the statement costs more than it saves, and sorting a long backlog needs
    // memory.
    postgres_.run("SET jit = off; SET work_mem = '64MB'");
    begin_chunk();
}

std::uint64_t BareRelay::run() {
    postgres_.run(copy_);
    char* message = nullptr;
    int skipped_bytes = header_bytes;
    for (int bytes = 0; (bytes = PQgetCopyData(postgres_.native(), &message, 0)) > 0; skipped_bytes = 0) {
        messages_.emplace_back(message);
        if (bytes - skipped_bytes > trailer_bytes) take(message + skipped_bytes);
        chunk_bytes_ += static_cast<std::size_t>(bytes);
        if (messages_.size() == chunk_records || chunk_bytes_ >= chunk_bytes) append();
    }
    while (PGresult* const end = PQgetResult(postgres_.native())) postgres_.checked(end);
    append();
    settle(0);
    return sent_;
}

void BareRelay::begin_chunk() {
    messages_.clear();
    chunk_bytes_ = 0;
    arguments_.clear();
    lengths_.clear();
    add("EVALSHA");
    add(script_);
    add("1");
    add(stream_);
}

void BareRelay::add(std::string_view argument) {
    arguments_.push_back(argument.data());
    lengths_.push_back(argument.size());
}

void BareRelay::take(const char* row) {
    std::string& id = ids_[messages_.size() - 1];
    id = "1-" + std::to_string(++sent_);
    add(id);
    const char* at = row + field_count_bytes;
    for (int field = 0; field < fields; ++field) {
        std::uint32_t bytes = 0;
        std::memcpy(&bytes, at, sizeof bytes);
        at += sizeof bytes;
        add({at, ntohl(bytes)});
        at += lengths_.back();
    }
    // A jsonb begins with a version byte.
    ++arguments_.back();
    --lengths_.back();
}

void BareRelay::append() {
    if (arguments_.size() > arguments_before_records) {
        redisAppendCommandArgv(redis_.native(), static_cast<int>(arguments_.size()), arguments_.data(),
                               lengths_.data());
        redis_.flush();
        ++in_flight_;
        settle(appends_in_flight);
    }
    begin_chunk();
}

void BareRelay::settle(std::size_t in_flight_max) {
    for (; in_flight_ > in_flight_max; --in_flight_) redis_.reply();
}

}  // namespace contrail::bench
