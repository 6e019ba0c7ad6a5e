#pragma once

#include <map>
#include <string>
#include <string_view>

#include "contrail/names.hpp"
#include "redis/connection.hpp"
#include "reports/report.hpp"

namespace contrail::redis {

/// What programs tell about themselves beside a log: the hash `<stream>:reports`. Its fields are `streamer`
/// and `consumer:<name>`, its values JSON (see reports/report.hpp).
///
/// Errors   Every call throws Error, in a whole sentence. After one, the next starts on a fresh connection.
/// Threads  Not thread-safe.
class RedisReports {
public:
    RedisReports(Endpoint endpoint, const StreamName& stream, Timeouts timeouts = {});

    /// Sets the report under `field`. One that says no more than that its program does not work is not
    /// written over that of another instance, which works.
    void tell(const std::string& field, const Report& report);

    /// What was told, and the server's time: by that, a report tells its age.
    struct Told {
        std::map<std::string, Report, std::less<>> reports;
        std::uint64_t now_ms = 0;  ///< Unix time in milliseconds.
    };
    Told told();

private:
    template <class Call>
    auto attempt(std::string_view what, Call call);

    Connection connection_;
    std::string stream_;
    std::string key_;
};

/// The key of the hash.
std::string reports_key(std::string_view stream);

/// The fields' names.
inline constexpr std::string_view streamer_field = "streamer";
std::string consumer_field(std::string_view consumer);

}  // namespace contrail::redis
