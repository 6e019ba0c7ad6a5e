#pragma once

#include <simdjson.h>

#include <span>
#include <string>

#include "contrail/checkpoints.hpp"
#include "contrail/record.hpp"
#include "contrail/settings.hpp"

namespace contrail::bench {

/// The handler of the benchmarks' consumers. It parses the JSON of each record and adds its distance to the
/// table `totals` of a Site.
class AddingUp {
public:
    AddingUp(const Settings& settings, std::string consumer);

    void operator()(Transaction& transaction, std::span<const Record> records);

private:
    double distance_in(const Record& record);

    std::string statement_;
    std::string consumer_;
    simdjson::ondemand::parser json_;
    std::string padded_;  // simdjson reads past the end of its input
};

}  // namespace contrail::bench
