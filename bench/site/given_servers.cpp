#include "bench/site/given_servers.hpp"

#include "contrail/error.hpp"
#include "redis/url.hpp"

namespace contrail::bench {

GivenServers::GivenServers(const Settings& settings) : settings_(settings) {
    if (redis::endpoint_of(settings).tls)
        throw Error(
            Retry::never,
            "Cannot measure a Redis over TLS: the bare loops do not speak TLS. Use a redis:// or unix:// "
            "URL, or measure private servers.");
}

std::string GivenServers::description() {
    return "Given servers, with their own settings and other load: " + redis::endpoint_of(settings_).name() +
           " for the log.";
}

}  // namespace contrail::bench
