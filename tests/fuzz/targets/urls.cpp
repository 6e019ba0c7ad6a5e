#include "bench/load/api_address.hpp"
#include "contrail/error.hpp"
#include "core/log_url.hpp"
#include "core/require.hpp"
#include "fuzz/targets.hpp"
#include "postgres/database_url.hpp"
#include "redis/url.hpp"

namespace contrail::fuzz {

namespace {

void read_redis_url(std::string_view url) {
    try {
        const redis::Endpoint endpoint = redis::parse_url(url);
        const redis::Endpoint named = redis::parse_url(endpoint.name());
        require(!named.password && named.user.empty(), "a name tells no credentials", endpoint.name());
        require(named.database == endpoint.database && named.socket_path == endpoint.socket_path,
                "a name is the endpoint's", endpoint.name());
        require(named.found_by.index() == endpoint.found_by.index(), "a name keeps the kind of servers",
                endpoint.name());
    } catch (const Error& error) {
        require(error.retry() == Retry::never, "a URL that is none stays so");
    }
}

template <typename Read>
void refuse_for_good(Read read) {
    try {
        read();
    } catch (const Error& error) {
        require(error.retry() == Retry::never, "a URL that is none stays so");
    }
}

}  // namespace

void urls(std::string_view input) {
    const std::string url(input);
    read_redis_url(url);
    refuse_for_good([&] { parse_log_url(url); });
    refuse_for_good([&] { postgres::read_database_url(url); });
    refuse_for_good([&] { load::ApiAddress::parse(url); });
}

}  // namespace contrail::fuzz
