#include "operations/doctor/doctor.hpp"

#include <string_view>
#include <vector>

#include "contrail/clock.hpp"
#include "logs/logs.hpp"
#include "operations/doctor/checks.hpp"
#include "operations/doctor/time_limit.hpp"
#include "operations/redis_rights.hpp"
#include "postgres/database_url.hpp"
#include "redis/url.hpp"

namespace contrail::operations::doctor {

namespace {

/// A server that answers takes less than a second for all checks; watching a streamer that stands still takes three.
constexpr std::chrono::seconds server_time_max{15};

class Doctor {
public:
    Doctor(const Settings& settings, const Options& options)
        : options_(options),
          settings_(settings),
          redis_(uses_redis() ? redis::endpoint_of(settings) : redis::Endpoint{}, settings.stream_name),
          cli_(redis_.endpoint()),
          database_(settings, "doctor") {
        if (uses_redis()) diagnosis_.redis = redis_.endpoint().name();
        if (uses_kafka()) diagnosis_.kafka = logs::name(settings);
        diagnosis_.stream = settings.stream_name;
        diagnosis_.postgres = describe_database(settings);
    }

    Diagnosis run() {
        const bool has_redis =
            uses_redis() && reach("redis.reachable", cli_("PING"), [&] { redis_.ask_if_allowed({"PING"}); });
        if (has_redis) {
            cli_ = RedisCli(redis_.server());
            check_redis();
        }
        const bool has_kafka = uses_kafka() && reach("kafka.reachable", "kcat -L -b " + brokers(),
                                                     [&] { logs::open(settings_)->head(); });
        if (has_kafka) add("kafka.topic", [&] { return judge(gather_kafka_topics(settings_, brokers())); });
        const bool has_postgres = reach("postgres.reachable", "psql \"$DATABASE_URL\" -c 'SELECT 1'",
                                        [&] { database_.connection.open(); });
        const bool has_schema = has_postgres && check_postgres();
        const bool has_outbox = has_schema && options_.part != Part::consumer;
        if (has_outbox && (has_redis || has_kafka)) check_log();
        if (has_redis) add("clock.redis", [&] { return judge("clock.redis", gather_clock(redis_)); });
        if (has_postgres)
            add("clock.postgres", [&] { return judge("clock.postgres", gather_clock(database_)); });
        return std::move(diagnosis_);
    }

private:
    [[nodiscard]] bool uses_log() const { return operations::uses_redis(options_.part); }
    [[nodiscard]] bool uses_kafka() const { return uses_log() && logs::is_in_kafka(settings_); }
    [[nodiscard]] bool uses_redis() const { return uses_log() && !logs::is_in_kafka(settings_); }

    /// `one:9092,two:9092` of `kafka://one:9092,two:9092/topic`.
    [[nodiscard]] std::string brokers() const {
        const std::string url = logs::name(settings_);
        const auto begin = url.find("://") + 3;
        return url.substr(begin, url.find('/', begin) - begin);
    }

    [[nodiscard]] redis::Keys keys() const {
        return redis::Keys(StreamName(settings_.stream_name), redis_.endpoint().in_cluster());
    }

    void check_redis() {
        add("redis.server", [&] {
            const RedisServer server = gather_redis_server(redis_);
            cli_.has_config_file(server.has_config_file);
            return judge(server, cli_);
        });
        add("redis.durability", [&] { return judge(gather_redis_durability(redis_), cli_); });
        add("redis.memory", [&] { return judge(gather_redis_memory(redis_), cli_); });
        add("redis.replicas", [&] { return judge(gather_redis_replicas(redis_), cli_); });
        add("redis.sentinels", [&] {
            const auto sentinels = gather_redis_sentinels(redis_.endpoint());
            return sentinels ? judge(*sentinels) : Findings{};
        });
        add("redis.cluster", [&] {
            const auto cluster = gather_redis_cluster(redis_);
            return cluster ? judge(*cluster, cli_) : Findings{};
        });
        add("redis.rights",
            [&] { return judge(gather_redis_permissions(redis_, options_.part, keys()), cli_); });
        add("redis.keys", [&] { return judge(gather_redis_keys(redis_, keys()), cli_); });
    }

    /// False if there is no schema, or one that is too old for further checks.
    bool check_postgres() {
        add("postgres.server", [&] { return judge(gather_postgres_server(database_)); });
        add("postgres.durability", [&] { return judge(gather_postgres_durability(database_)); });
        add("postgres.pooler", [&] { return judge(gather_postgres_pooler(database_, options_.part)); });
        bool current = true;
        add("postgres.schema", [&] {
            const PostgresSchema schema = gather_postgres_schema(database_);
            current = schema.version >= schema.newest;
            return judge(schema);
        });
        if (!current) return false;
        if (options_.part != Part::producer && options_.part != Part::consumer)
            add("postgres.cluster", [&] { return judge(gather_postgres_cluster(database_)); });
        add("postgres.row_security", [&] { return judge(gather_postgres_row_security(database_)); });
        add("postgres.guards", [&] { return judge(gather_postgres_guards(database_)); });
        add("postgres.rights", [&] { return judge(gather_postgres_rights(database_, options_.part)); });
        add("postgres.transactions", [&] { return judge(gather_postgres_transactions(database_)); });
        if (options_.part != Part::producer && options_.part != Part::reconciler)
            add("postgres.commits", [&] { return judge(gather_postgres_waits(database_)); });
        return true;
    }

    void check_log() {
        const auto log = logs::open(settings_);
        if (uses_redis())
            add("redis.positions", [&] { return judge(gather_redis_positions(*log, keys()), cli_); });
        add("outbox.size", [&] { return judge(gather_outbox_size(database_)); });
        add("log.outbox", [&] { return judge(gather_log_outbox(database_, *log)); });
        std::optional<LogPlace> place;
        add("log.place", [&] {
            place = gather_log_place(database_, *log);
            return judge(*place);
        });
        add("log.floor", [&] {
            const auto retention = gather_retention(settings_);
            return retention ? judge(*retention) : Findings{};
        });
        if (place)
            add("streamer.progress",
                [&] { return judge(gather_streamer_progress(database_, *log, *place, options_.watch_max)); });
        add("consumer.registered", [&] { return judge(consumer_progress(database_, *log)); });
    }

    /// True if `attempt` succeeds.
    template <class Attempt>
    bool reach(const std::string& check, const std::string& try_it, Attempt attempt) {
        try {
            attempt();
            diagnosis_.findings.push_back(ok(check, "yes"));
            return true;
        } catch (const Error& failure) {
            diagnosis_.findings.push_back(error(check, "no", failure.what(), {try_it}));
            return false;
        }
    }

    /// The limits of the servers that a check asks.
    std::vector<TimeLimit*> limits_of(std::string_view check) {
        if (check.starts_with("redis.") || check.starts_with("kafka.") || check == "clock.redis")
            return {&log_limit_};
        if (check.starts_with("postgres.") || check.starts_with("outbox.") || check == "clock.postgres")
            return {&postgres_limit_};
        return {&log_limit_, &postgres_limit_};
    }

    /// Adds the findings of `run`, or why it could not run.
    template <class Run>
    void add(const std::string& check, Run run) {
        const auto limits = limits_of(check);
        for (const TimeLimit* const limit : limits)
            if (const auto reason = limit->reached())
                return diagnosis_.findings.push_back(error(check, "not checked", *reason, {}));
        const auto begun = system_clock().now();
        try {
            append(diagnosis_.findings, run());
        } catch (const Error& failure) {
            diagnosis_.findings.push_back(error(check, "could not be checked", failure.what(), {}));
        }
        for (TimeLimit* const limit : limits) limit->spend(system_clock().now() - begun);
    }

    static std::string describe_database(const Settings& settings) {
        const auto options = postgres::read_database_url(settings.database_url);
        const auto value = [&](const char* keyword) {
            const auto found = options.find(keyword);
            return found == options.end() ? std::string() : found->second;
        };
        std::string text = "database " + value("dbname");
        if (!value("host").empty()) text += " at " + value("host");
        if (!value("port").empty() && !value("host").starts_with('/')) text += ':' + value("port");
        if (!value("user").empty()) text += " as " + value("user");
        return text;
    }

    Options options_;
    const Settings& settings_;
    RedisSession redis_;
    RedisCli cli_;
    Database database_;
    TimeLimit log_limit_{uses_kafka() ? "Kafka" : "Redis", server_time_max};
    TimeLimit postgres_limit_{"PostgreSQL", server_time_max};
    Diagnosis diagnosis_;
};

}  // namespace

Diagnosis diagnose(const Settings& settings, const Options& options) {
    return Doctor(settings, options).run();
}

}  // namespace contrail::operations::doctor
