#pragma once

#include <memory>

#include "contrail/settings.hpp"
#include "contrail/log.hpp"
#include "contrail/streamer.hpp"

namespace contrail::bench {

/// A streamer of this process, at its place in the log: what it does from now on is streaming only.
class Streaming {
public:
    /// Sends what is staged already. Throws Error, also if another streamer leads.
    explicit Streaming(const Settings& settings);

    /// Streams until nothing is left and every append was answered.
    void drain();

private:
    std::unique_ptr<Outbox> outbox_;
    std::unique_ptr<Log> log_;
    Streamer streamer_;
};

}  // namespace contrail::bench
