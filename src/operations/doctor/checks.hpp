#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/log.hpp"
#include "contrail/retention_events.hpp"
#include "logs/logs.hpp"
#include "operations/consumers/progress.hpp"
#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"
#include "operations/doctor/redis_cli.hpp"
#include "operations/doctor/redis_session.hpp"
#include "operations/redis_rights.hpp"
#include "postgres/identity.hpp"
#include "postgres/pooler.hpp"
#include "postgres/rights.hpp"
#include "redis/keys.hpp"
#include "redis/url.hpp"

/// Everything that the doctor checks. Each check has a struct, which holds what a server answered, and two
/// functions: gather_…() asks the server and throws Error if it cannot; judge() decides, and does no I/O.
///
/// To add a check, write these three in a file of its own, call them in doctor.cpp, and list the name of the
/// check in docs/operations.md.
namespace contrail::operations::doctor {

// ---- Redis ----

/// The Redis server, and how the program reaches it.
struct RedisServer {
    std::string name;               ///< `Redis` or `Valkey`
    std::string version;            ///< `7.0.15`
    std::string compatible;         ///< The version of Redis that it is compatible with.
    bool cluster = false;           ///< Cluster mode is on.
    bool found_in_cluster = false;  ///< The log's URL is that of a cluster.
    std::string replica_of{};       ///< `host:port` of its master; empty: it is a master.
    bool local = true;              ///< Reached over a unix socket or the loopback.
    bool tls = false;
    bool certificate_checked = true;
    bool password = false;  ///< The program logs in with a password.
    bool has_config_file = true;
};
RedisServer gather_redis_server(RedisSession& session);
Findings judge(const RedisServer& server, const RedisCli& cli);

/// How much of its data Redis has on disk.
struct RedisDurability {
    bool appendonly = false;
    std::optional<std::string> appendfsync{};  ///< Nothing: the user may not read it.
    /// The last write to disk. `refuses`: it failed, and Redis refuses writes. `failed`: the user may not read whether
    /// Redis does.
    enum class Disk { works, failed, refuses };
    Disk disk = Disk::works;
};
RedisDurability gather_redis_durability(RedisSession& session);
Findings judge(const RedisDurability& durability, const RedisCli& cli);

/// The memory that Redis uses, in bytes.
struct RedisMemory {
    std::uint64_t used = 0;
    std::uint64_t max = 0;      ///< maxmemory; 0: none is set.
    std::uint64_t machine = 0;  ///< The machine's memory.
    std::string policy = "noeviction";
};
RedisMemory gather_redis_memory(RedisSession& session);
Findings judge(const RedisMemory& memory, const RedisCli& cli);

/// The replicas of the Redis server.
struct RedisReplicas {
    struct Replica {
        std::string address;  ///< `host:port`
        bool online = true;
        std::uint64_t silent_seconds = 0;  ///< Since its last report.
        std::uint64_t behind_bytes = 0;
    };
    std::vector<Replica> replicas{};
    /// min-replicas-to-write. Nothing: it is not 0, and the user may not read it.
    std::optional<std::uint64_t> required = 0;
    std::uint64_t good = 0;  ///< The replicas that count towards it.
};
RedisReplicas gather_redis_replicas(RedisSession& session);
Findings judge(const RedisReplicas& replicas, const RedisCli& cli);

/// The commands that a part needs and its user may not run.
struct RedisPermissions {
    Part part;
    redis::Keys keys;
    std::vector<std::string_view> missing{};  ///< ACL rules: `+xadd`
    std::vector<std::string_view>
        unknown{};  ///< Likewise, of commands that the server does not know by their names.
};
/// Tries the part's commands in a form that changes nothing. Refused ones appear in Redis's ACL LOG.
RedisPermissions gather_redis_permissions(RedisSession& session, Part part, const redis::Keys& keys);
Findings judge(const RedisPermissions& permissions, const RedisCli& cli);

/// The sentinels that watch the log's master.
struct RedisSentinels {
    std::vector<std::string> silent{};  ///< Why those that were asked in vain gave no answer.
    std::set<std::string> masters{};    ///< What the others call the master: `host:port`.
    std::uint64_t watching = 0;         ///< Sentinels, as the latest of them counts.
    std::uint64_t quorum = 0;           ///< How many must agree that the master is down.
    std::uint64_t replicas = 0;         ///< Servers that could take over.
};
/// Nothing if no sentinels are asked where the log is.
std::optional<RedisSentinels> gather_redis_sentinels(const redis::Endpoint& endpoint);
Findings judge(const RedisSentinels& sentinels);

/// The Redis Cluster, as the master of the log's slot sees it.
struct RedisCluster {
    bool well = true;              ///< It takes commands.
    std::uint64_t slots_down = 0;  ///< Slots whose master does not answer.
    std::uint64_t replicas = 0;    ///< Of the master of the log's slot.
};
/// Nothing if the log is in none, or the user may not ask.
std::optional<RedisCluster> gather_redis_cluster(RedisSession& session);
Findings judge(const RedisCluster& cluster, const RedisCli& cli);

/// A key of the log, and what is stored there.
struct RedisKey {
    std::string name;
    std::string wanted;  ///< `stream`, `hash`
    std::string found;   ///< The same, or another type; `none`: no such key; empty: the user may not see it.
};
std::vector<RedisKey> gather_redis_keys(RedisSession& session, const redis::Keys& keys);
Findings judge(const std::vector<RedisKey>& keys, const RedisCli& cli);

/// What stands beside the log among the consumers' positions.
struct RedisPositions {
    std::string key;
    StrayReports stray{};
};
RedisPositions gather_redis_positions(LogKeeper& log, const redis::Keys& keys);
Findings judge(const RedisPositions& positions, const RedisCli& cli);

// ---- Kafka ----

/// The log's topic and its notes.
struct TopicChecks {
    std::string brokers;                       ///< `host:9092,…`
    std::vector<kafka::TopicSettings> topics;  ///< The log's, and its notes'.
};
TopicChecks gather_kafka_topics(const Settings& settings, std::string brokers);
Findings judge(const TopicChecks& checks);

// ---- PostgreSQL ----

/// The PostgreSQL server, how the program reaches it, and whether it takes writes.
struct PostgresServer {
    std::string version;  ///< `15.8 (Debian 15.8-0+deb12u1)`
    std::string database;
    bool standby = false;
    bool read_only = false;  ///< default_transaction_read_only
    bool local = true;       ///< Reached over a unix socket or the loopback.
    bool tls = false;
    bool certificate_checked = true;
    std::string sslmode = "verify-full";
};
PostgresServer gather_postgres_server(Database& database);
Findings judge(const PostgresServer& server);

/// How much of its data PostgreSQL has on disk, by the settings of a new session.
struct PostgresDurability {
    std::string database;
    std::string synchronous_commit = "on";
    bool fsync = true;
    bool full_page_writes = true;
};
PostgresDurability gather_postgres_durability(Database& database);
Findings judge(const PostgresDurability& durability);

/// What stands between a program and its PostgreSQL session.
using postgres::Pooler;
struct PostgresPooler {
    Part part;
    Pooler pooler = Pooler::none;
};
PostgresPooler gather_postgres_pooler(Database& database, Part part);
Findings judge(const PostgresPooler& pooler);

/// The version of Contrail's schema.
struct PostgresSchema {
    std::string quoted_name;
    int version = 0;  ///< 0: there is no schema.
    int newest = 0;   ///< The version that this program needs.
};
PostgresSchema gather_postgres_schema(Database& database);
Findings judge(const PostgresSchema& schema);

/// This database, and the one in which the records were staged.
struct PostgresCluster {
    std::string quoted_schema;
    std::string stream;  ///< The log that the settings name.
    postgres::Identity identity;
};
PostgresCluster gather_postgres_cluster(Database& database);
Findings judge(const PostgresCluster& cluster);

/// The tables of Contrail's schema that have row level security.
struct PostgresRowSecurity {
    std::string quoted_schema;
    std::vector<std::string> tables{};
};
PostgresRowSecurity gather_postgres_row_security(Database& database);
Findings judge(const PostgresRowSecurity& security);

/// What keeps the tables of Contrail's schema from being changed in a way that loses records.
struct PostgresGuards {
    std::string quoted_schema;
    std::vector<std::string> missing{};   ///< `trigger refuse_change of staged_log_records`
    std::vector<std::string> fix{};       ///< Statements that switch triggers on that are off.
    std::vector<std::string> unlogged{};  ///< Tables that a crash empties.
};
PostgresGuards gather_postgres_guards(Database& database);
Findings judge(const PostgresGuards& guards);

/// The rights that a part needs and its user lacks.
struct PostgresRights {
    Part part;
    std::string user;
    bool superuser = false;
    std::vector<std::string> missing{};  ///< `SELECT on batches`
};
PostgresRights gather_postgres_rights(Database& database, Part part);
Findings judge(const PostgresRights& rights);

/// Open transactions, which hold up records, segments and vacuum.
struct PostgresTransactions {
    struct Open {
        int pid = 0;
        std::string user{};
        std::string program{};  ///< The session's application_name.
        std::string state{};    ///< `active`, `idle in transaction`
        std::chrono::seconds age{0};
        bool has_staged = false;
    };
    struct Prepared {
        std::string name{};
        std::string owner{};
        std::chrono::seconds age{0};
        bool has_staged = false;
    };
    std::string user;                      ///< The doctor's own.
    std::optional<Open> oldest{};          ///< In this database, of those that the user may see.
    std::optional<Open> oldest_staging{};  ///< Of those that have staged records.
    std::optional<Prepared> oldest_prepared{};
    std::int64_t hidden = 0;  ///< Sessions of other users, whose details this user may not see.
};
PostgresTransactions gather_postgres_transactions(Database& database);
Findings judge(const PostgresTransactions& transactions);

/// What consumers and commits wait for.
struct PostgresWaits {
    /// The session that has locked a checkpoint for the longest time.
    struct Holder {
        std::string consumer{};
        int pid = 0;
        std::string user{};
        std::string program{};
        std::string state{};
        std::chrono::seconds age{0};
    };
    std::optional<Holder> holder{};
    std::int64_t commits = 0;  ///< That wait for a synchronous standby, of those that the user may see.
    std::chrono::seconds oldest_commit{0};
    std::string standby_names{};  ///< synchronous_standby_names
};
PostgresWaits gather_postgres_waits(Database& database);
Findings judge(const PostgresWaits& waits);

// ---- Outbox, log and streamer ----

/// The size of the outbox on disk, indexes included, in bytes.
struct OutboxSize {
    std::array<std::uint64_t, 3> segments{};
    std::uint64_t batches = 0;
    std::uint64_t batch_rows = 0;  ///< Without the first row, which stands for no batch.
};
OutboxSize gather_outbox_size(Database& database);
Findings judge(const OutboxSize& size);

/// How far the log is, and how far the outbox. The log is asked first, so that the outbox has sealed all that
/// the log shows.
struct LogPlace {
    RecordId head{};    ///< The log's.
    RecordId sealed{};  ///< The last record sealed; 0-0: none.
    Offset released{};  ///< The outbox holds the records after this one.
    Offset applied{};   ///< The furthest that a registered consumer has applied.
    /// When the record at the head's offset was sealed, as the outbox has it. Nothing: it no longer knows.
    std::optional<std::uint64_t> head_sealed_ms{};
    std::uint64_t unsealed =
        0;  ///< Records staged and committed after the last seal, counted to `unsealed_max`.
    std::optional<std::uint64_t> oldest_waiting_ms{};  ///< Age of the oldest record sealed and not yet sent.

    static constexpr std::uint64_t unsealed_max = 100'000;

    /// Records that the log lacks, at least.
    [[nodiscard]] std::uint64_t waiting() const;
};
LogPlace gather_log_place(Database& database, LogWriter& log);
/// Decides whether this outbox has filled this log.
Findings judge(const LogPlace& place);

/// Which outbox feeds the log, beside the one that the database holds.
struct LogOutbox {
    std::optional<OutboxIdentity> fed_by{};
    std::string outbox_id{};  ///< Empty: no streamer has begun yet.
    RecordId head{};
};
LogOutbox gather_log_outbox(Database& database, Log& log);
Findings judge(const LogOutbox& outbox);

/// Whether records move from the outbox to the log.
struct StreamerProgress {
    /// The session that holds the streamers' lock.
    struct Lead {
        int pid = 0;
        std::string user{};
        std::string program{};
        std::string client{};  ///< Where it connects from; empty: a unix socket.
    };
    std::optional<Lead> lead{};
    LogPlace first;                        ///< When the doctor began to watch,
    LogPlace last;                         ///< and when it ended.
    std::chrono::milliseconds watched{0};  ///< The time between the two.
    std::optional<Lead> stranger{};        ///< A session that holds the lock and is no streamer's.
};
/// Polls until the log or the outbox moves, until nothing waits, or for `watch_max`.
StreamerProgress gather_streamer_progress(Database& database, LogWriter& log, const LogPlace& first,
                                          std::chrono::milliseconds watch_max);
Findings judge(const StreamerProgress& progress);

/// What the log keeps, as the streamer published last. Nothing: none has.
std::optional<retention_event::Planned> gather_retention(const Settings& settings);
Findings judge(const retention_event::Planned& retention);

// ---- Consumers ----

/// Judges each consumer of the log; consumer_progress() gathers them.
Findings judge(const std::vector<ConsumerProgress>& consumers);

// ---- Clocks ----

/// By how much a server's clock is ahead of this machine's. The true value lies within `uncertain` of
/// `ahead`: half of the time that the query took.
struct ClockDifference {
    std::chrono::milliseconds ahead{0};
    std::chrono::milliseconds uncertain{0};
};
ClockDifference gather_clock(Database& database);
ClockDifference gather_clock(RedisSession& session);
/// `check`: `clock.postgres` or `clock.redis`.
Findings judge(const std::string& check, const ClockDifference& difference);

}  // namespace contrail::operations::doctor
