#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "contrail/consumer.hpp"
#include "contrail/log.hpp"
#include "contrail/settings.hpp"

namespace contrail::bench {

/// A consumer in this process that adds up distances.
class Adder {
public:
    Adder(const Settings& settings, const std::string& name, ConsumerOptions options = {});

    /// Registers the consumer, finds its place and applies a first batch if there is one. Returns its
    /// records.
    std::uint64_t begin() { return consumer_.run_once(); }

    /// Returns when the consumer has applied so many records.
    void consume(std::uint64_t records);

    void run(const std::stop_token& stop) { consumer_.run(stop); }

private:
    std::unique_ptr<Log> log_;
    std::unique_ptr<Checkpoints> checkpoints_;
    Consumer consumer_;
};

}  // namespace contrail::bench
