#include <utility>

#include "contrail/redis.hpp"
#include "redis/reports.hpp"
#include "reports/program_events.hpp"
#include "reports/reporter.hpp"

namespace contrail {

namespace {

using namespace std::chrono_literals;

// A program that ends waits for its last report, and not for long.
constexpr redis::Timeouts timeouts{.connect = 1s, .answer = 1s};

/// Events that come to `field` of the hash of reports.
template <class ProgramEvents>
class Reported final : public ProgramEvents {
public:
    Reported(const Settings& settings, std::string field, ProgramState working, ReportFailure on_failure)
        : ProgramEvents(progress_),
          progress_(working, system_clock(), [this] { reporter_.hurry(); }),
          field_(std::move(field)),
          reports_(redis::endpoint_of(settings), StreamName(settings.stream_name), timeouts),
          reporter_(
              progress_, [this](const Report& report) { reports_.tell(field_, report); },
              std::move(on_failure)) {}

private:
    Progress progress_;
    std::string field_;
    redis::RedisReports reports_;  ///< The reporter's thread uses it, and after its end the destructor.
    Reporter reporter_;            ///< Last: it uses the others.
};

}  // namespace

std::unique_ptr<ConsumerEvents> redis_consumer_reports(const Settings& settings, const ConsumerName& consumer,
                                                       ReportFailure on_failure) {
    return std::make_unique<Reported<ConsumerProgress>>(settings, redis::consumer_field(consumer.str()),
                                                        ProgramState::consuming, std::move(on_failure));
}

std::unique_ptr<StreamerEvents> redis_streamer_reports(const Settings& settings, ReportFailure on_failure) {
    return std::make_unique<Reported<StreamerProgress>>(settings, std::string(redis::streamer_field),
                                                        ProgramState::streaming, std::move(on_failure));
}

}  // namespace contrail
