#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/log.hpp"
#include "contrail/postgres.hpp"
#include "contrail/settings.hpp"
#include "postgres/connection.hpp"
#include "verify/report.hpp"

namespace rocket_rides {

/// Reads the numbers of reports from Postgres and Redis, over connections that it keeps.
///
/// Errors   Every call throws contrail::Error; the next one connects anew.
/// Threads  Not thread-safe.
class Examiner {
public:
    explicit Examiner(const contrail::Settings& settings);

    /// Everything. Counts and adds up all rides: a second where there are ten millions.
    Report examine();

    /// The consumers, what is staged, and the log's head. Quick, however many rides there are; the rides'
    /// count and sum stay 0, and the consumers cannot be compared with them.
    Report examine_consumers();

private:
    template <class Queries>
    void in_one_moment(Queries queries);
    contrail::postgres::Result query(std::string_view text,
                                     const std::vector<contrail::SqlValue>& values = {});
    void query_rides(Report& report);
    void query_consumers(Report& report);
    void query_warehouses(Report& report);

    std::string schema_;
    std::string stream_name_;
    contrail::postgres::Connection connection_;
    std::unique_ptr<contrail::Log> log_;
};

/// One report. Throws contrail::Error.
Report examine(const contrail::Settings& settings);

}  // namespace rocket_rides
