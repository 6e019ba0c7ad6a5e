#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/consumer_registry.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// The table `consumers`; see sql/004_consumers.sql. `connection` must outlive it.
class PostgresConsumerRegistry final : public ConsumerRegistry {
public:
    PostgresConsumerRegistry(Connection& connection, std::string_view quoted_schema, std::string stream);

    std::vector<RegisteredConsumer> consumers() override;
    /// Throws Error (Retry::never) at a position that no record can have.
    std::vector<RegisteredConsumer> note(const std::map<ConsumerName, ConsumerReport>& reported) override;
    bool mark_cut_off(const ConsumerName& consumer, const CutOff& cut_off) override;
    bool forget(const ConsumerName& consumer) override;

private:
    Connection& connection_;
    std::string stream_;
    Statement list_;
    Statement note_;
    Statement mark_cut_off_;
    Statement forget_;
};

}  // namespace contrail::postgres
