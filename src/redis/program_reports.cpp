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

/// A program whose state comes to `field` of the hash of reports.
class ReportedProgram {
public:
    ReportedProgram(const Settings& settings, std::string field, ProgramState working,
                    ReportFailure on_failure)
        : progress_(working, system_clock(), [this] { reporter_.hurry(); }),
          field_(std::move(field)),
          reports_(redis::endpoint_of(settings), StreamName(settings.stream_name), timeouts),
          reporter_(
              progress_, [this](const Report& report) { reports_.tell(field_, report); },
              std::move(on_failure)) {}

    Progress& progress() { return progress_; }

private:
    Progress progress_;
    std::string field_;
    redis::RedisReports reports_;  ///< The reporter's thread uses it, and after its end the destructor.
    Reporter reporter_;            ///< Last: it uses the others.
};

template <class Event>
std::function<void(const Event&)> reporting(std::shared_ptr<ReportedProgram> program) {
    return [program = std::move(program)](const Event& event) { track(program->progress(), event); };
}

}  // namespace

OnConsumerEvent redis_consumer_reports(const Settings& settings, const ConsumerName& consumer,
                                       ReportFailure on_failure) {
    return reporting<ConsumerEvent>(std::make_shared<ReportedProgram>(
        settings, redis::consumer_field(consumer.str()), ProgramState::consuming, std::move(on_failure)));
}

OnStreamerEvent redis_streamer_reports(const Settings& settings, ReportFailure on_failure) {
    return reporting<StreamerEvent>(std::make_shared<ReportedProgram>(
        settings, std::string(redis::streamer_field), ProgramState::streaming, std::move(on_failure)));
}

}  // namespace contrail
