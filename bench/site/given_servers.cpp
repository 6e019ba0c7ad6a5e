#include "bench/site/given_servers.hpp"

#include "contrail/error.hpp"
#include "redis/url.hpp"

namespace contrail::bench {

GivenServers::GivenServers(const Settings& settings) : settings_(settings) {
    if (redis::endpoint_of(settings).tls)
        throw Error(Retry::never,
                    "Cannot measure a Redis behind TLS: the bare loops that Contrail is compared with speak "
                    "none. Name it by redis:// or unix://, or measure private servers.");
}

std::string GivenServers::description() {
    return "Given servers, as they were set and with whatever else they did: " +
           redis::endpoint_of(settings_).name() + " for the log.";
}

}  // namespace contrail::bench
