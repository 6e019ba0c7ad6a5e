#include "bench/site/site.hpp"

#include <unistd.h>

#include <random>
#include <string_view>

#include "base/percent_encode.hpp"
#include "bench/bare/redis.hpp"
#include "bench/streaming.hpp"
#include "contrail/error.hpp"
#include "postgres/migrations.hpp"
#include "redis/keys.hpp"

namespace contrail::bench {

namespace {

/// Unique, so that two benchmark processes can share given servers.
std::string next_name() {
    static int number = 0;
    return "contrail_bench_" + std::to_string(::getpid()) + '_' + std::to_string(++number);
}

/// Letters that Postgres cannot compress, the same at every call.
std::string incompressible(std::size_t bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::minstd_rand random(1);
    std::string text(bytes, ' ');
    for (char& letter : text) letter = letters[random() % letters.size()];
    return text;
}

/// libpq takes a URI, or keywords and values; the last of a repeated keyword counts.
std::string with_search_path(const std::string& url, const std::string& schema) {
    const std::string option = "-csearch_path=" + schema;
    if (url.find("://") == std::string::npos) return url + " options='" + option + "'";
    return url + (url.find('?') == std::string::npos ? '?' : '&') + "options=" + base::percent_encode(option);
}

Settings settings_for(Servers& servers, Keeping keeping, const std::string& name) {
    Settings settings;
    settings.database_url = with_search_path(servers.database_url(), name);
    settings.log_url = servers.redis_url(keeping);
    settings.stream_name = name;
    settings.schema = name;
    return settings;
}

}  // namespace

Site::Site(Servers& servers, Keeping keeping) : Site(servers, keeping, next_name()) {}

Site::Site(Servers& servers, Keeping keeping, const std::string& name)
    : settings_(settings_for(servers, keeping, name)),
      database_(settings_.database_url) {
    postgres::migrate(settings_);
    database_.run("CREATE TABLE " + table("totals") +
                  " (consumer text PRIMARY KEY, distance double precision NOT NULL)");
}

Site::~Site() {
    // Private servers remove leftovers with themselves; on given ones, their names tell where they come from.
    try {
        database_.run("DROP SCHEMA " + settings_.schema + " CASCADE");
        const redis::Keys keys{StreamName(settings_.stream_name)};
        BareRedis(settings_).run(
            {"UNLINK", keys.stream, keys.positions, keys.cut_offs, keys.identity, keys.status});
    } catch (const Error&) {
    }
}

void Site::stage(std::uint64_t records, std::size_t data_bytes) const {
    database_.run("INSERT INTO " + table("staged_log_records") +
                  " (action, object, data) SELECT 'create', 'ride', " + ride_json(data_bytes) +
                  " FROM generate_series(1, " + std::to_string(records) + ") i");
}

void Site::stream() const {
    const Streaming sends_what_is_staged(settings_);
}

std::string ride_json(std::size_t data_bytes) {
    const std::string ride = "'id', i, 'distance', i * 0.5";
    // The length of {"id": 100000, "distance": 50000.0}, and of an empty member that fills up.
    constexpr std::size_t ride_bytes = 40;
    constexpr std::size_t member_bytes = 15;
    if (data_bytes <= ride_bytes + member_bytes) return "jsonb_build_object(" + ride + ")";
    return "jsonb_build_object(" + ride + ", 'comment', '" +
           incompressible(data_bytes - ride_bytes - member_bytes) + "')";
}

}  // namespace contrail::bench
