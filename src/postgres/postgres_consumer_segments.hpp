#pragma once

#include <string>
#include <string_view>

#include "contrail/consumer_segments.hpp"
#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// The segments of consumers whose checkpoints are in this database; see sql/008_consumer_instances.sql.
class PostgresConsumerSegments final : public ConsumerSegments {
public:
    /// Connects at the first call. Throws Error (Retry::never) if the schema's name is impossible.
    explicit PostgresConsumerSegments(const Settings& settings, const Waits& waits = {});

    std::vector<SegmentPlace> places(const ConsumerName& consumer) override;
    void split(const ConsumerName& consumer, std::uint32_t count) override;
    void merge(const ConsumerName& consumer, std::uint32_t count) override;
    bool reset(const ConsumerName& consumer, const std::vector<SegmentPlace>& from, RecordId to) override;
    ClaimedSegments claim(const ConsumerName& consumer, const std::string& instance,
                          std::uint32_t workers_max) override;
    void release(const ConsumerName& consumer, const std::string& instance) override;

private:
    Result change(const Attempt& attempt, std::string_view text, const std::vector<SqlValue>& values);

    std::string quoted_schema_;
    std::string stream_;
    Connection connection_;
};

}  // namespace contrail::postgres
