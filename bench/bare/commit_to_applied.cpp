#include "bench/bare/commit_to_applied.hpp"

#include <thread>

#include "bench/stopwatch.hpp"

namespace contrail::bench {

BareCommitToApplied::BareCommitToApplied(const Site& site)
    : postgres_(site.settings().database_url),
      redis_(site.settings()),
      stream_(site.settings().stream_name + ":bare") {
    const std::string seals = site.table("bare_seals");
    const std::string effects = site.table("bare_effects");
    postgres_.run("CREATE TABLE IF NOT EXISTS " + seals + " (no bigint PRIMARY KEY);" +
                  "CREATE TABLE IF NOT EXISTS " + effects + " (distance bigint);" + "TRUNCATE " + seals +
                  ", " + effects + "; INSERT INTO " + effects + " VALUES (0)");
    postgres_.prepare("seal", "INSERT INTO " + seals + " VALUES ($1)");
    postgres_.prepare("apply", "UPDATE " + effects + " SET distance = distance + $1");
    redis_.run({"UNLINK", stream_});
}

std::vector<double> BareCommitToApplied::run(std::uint64_t count, std::chrono::microseconds period) {
    std::vector<double> milliseconds;
    auto due = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < count; ++i) {
        std::this_thread::sleep_until(due += period);
        const Stopwatch watch;
        bring_one();
        milliseconds.push_back(watch.seconds() * 1'000);
    }
    return milliseconds;
}

void BareCommitToApplied::bring_one() {
    const std::string previous = "1-" + std::to_string(brought_);
    const std::string number = std::to_string(++brought_);
    postgres_.run_prepared("seal", number);
    redis_.run({"XADD", stream_, "1-" + number, "data", "{\"distance\": 1}"});
    redis_.run({"XREAD", "STREAMS", stream_, previous});
    postgres_.run_prepared("apply", "1");
}

}  // namespace contrail::bench
