#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contrail/record.hpp"

namespace contrail::bench {

/// What librdkafka does by itself with a topic of one partition: it checks nothing, and survives nothing.
class BareKafka {
public:
    /// The topic must exist.
    BareKafka(std::string brokers, std::string topic)
        : brokers_(std::move(brokers)),
          topic_(std::move(topic)) {}

    /// Writes all records, in transactions of `transaction_records`. Returns the milliseconds of each transaction.
    [[nodiscard]] std::vector<double> append(const std::vector<Record>& records,
                                             std::size_t transaction_records) const;

    /// Reads so many committed entries from the beginning. Returns their rate per second, from the first one on.
    [[nodiscard]] double read(std::uint64_t count) const;

private:
    std::string brokers_;
    std::string topic_;
};

}  // namespace contrail::bench
