#pragma once

#include <memory>

#include "contrail/log.hpp"
#include "contrail/settings.hpp"
#include "contrail/streamer.hpp"

namespace contrail::bench {

/// A streamer in this process that has found its place in the log: from now on it only streams.
class Streaming {
public:
    /// Sends records that are already staged. Throws Error, also if another streamer leads.
    explicit Streaming(const Settings& settings);

    /// Streams until nothing is left and every append is answered.
    void drain();

private:
    std::unique_ptr<Outbox> outbox_;
    std::unique_ptr<Log> log_;
    Streamer streamer_;
};

}  // namespace contrail::bench
