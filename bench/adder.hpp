#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "contrail/consumer.hpp"
#include "contrail/log.hpp"
#include "contrail/settings.hpp"

namespace contrail::bench {

/// A consumer of this process that adds up.
class Adder {
public:
    Adder(const Settings& settings, const std::string& name);

    /// Registers it, and finds its place; consumes a first batch if there is one, and returns its records.
    std::uint64_t begin() { return consumer_.run_once(); }

    /// Works until so many records are consumed.
    void consume(std::uint64_t records);

    void run(const std::stop_token& stop) { consumer_.run(stop); }

private:
    std::unique_ptr<Log> log_;
    std::unique_ptr<Checkpoints> checkpoints_;
    Consumer consumer_;
};

}  // namespace contrail::bench
