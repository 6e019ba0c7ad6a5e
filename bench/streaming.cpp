#include "bench/streaming.hpp"

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"

namespace contrail::bench {

Streaming::Streaming(const Settings& settings)
    : outbox_(postgres_outbox(settings)),
      log_(redis_log(settings)),
      streamer_(*outbox_, *log_, system_clock(), {}) {
    if (!outbox_->lead())
        throw Error(Retry::never,
                    "Cannot measure a streamer: another streamer leads in schema " + settings.schema + '.');
    drain();
}

void Streaming::drain() {
    while (streamer_.run_once() > 0) {
    }
}

}  // namespace contrail::bench
