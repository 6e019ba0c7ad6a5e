#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "bench/benchmarks/measures.hpp"
#include "bench/relayed_outbox.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"
#include "operations/units.hpp"

namespace contrail::bench {

namespace {

/// Records of a turn: staged first, then relayed.
constexpr std::uint64_t turn_records = 10'000;
/// The result shows the course of the relaying in so many parts.
constexpr std::uint64_t parts = 5;
/// The benchmark gives up a relay that takes longer for a turn.
constexpr double turn_seconds_max = 5;

using MakeOutbox = std::unique_ptr<RelayedOutbox> (*)(const Site& site);

/// A session that was left open in a transaction. It holds an id and a snapshot, the most that it can hold.
class OpenTransaction {
public:
    explicit OpenTransaction(const Site& site) : postgres_(site.settings().database_url) {
        postgres_.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()");
    }

private:
    BarePostgres postgres_;
};

/// The course of the relaying, without the staging in between.
struct Course {
    std::uint64_t records = 0;
    double seconds = 0;
    std::vector<double> part_rates;
    bool given_up = false;

    [[nodiscard]] double rate() const { return static_cast<double>(records) / seconds; }
};

Course relay(Bench& bench, MakeOutbox make_outbox, bool beside_open_transaction) {
    const Site site(bench.servers(), Keeping::on_disk);
    const auto outbox = make_outbox(site);
    std::optional<OpenTransaction> open;
    if (beside_open_transaction) open.emplace(site);
    const std::uint64_t part_records = std::max(bench.records() / parts, turn_records);

    Course course;
    Course part;
    while (course.records < bench.records() && !course.given_up) {
        outbox->stage(turn_records);
        const Stopwatch watch;
        outbox->drain();
        const double seconds = watch.seconds();
        course.given_up = seconds > turn_seconds_max;
        for (Course* const counted : {&course, &part}) {
            counted->records += turn_records;
            counted->seconds += seconds;
        }
        if (part.records < part_records && !course.given_up) continue;
        course.part_rates.push_back(part.rate());
        part = {};
    }
    return course;
}

Course measure(Bench& bench, const std::string& name, MakeOutbox make_outbox) {
    bench.record({name, "alone", "records/s"}, relay(bench, make_outbox, false).rate());
    Course beside = relay(bench, make_outbox, true);
    bench.record({name, "beside an open transaction", "records/s", {{"alone"}}}, beside.rate());
    if (beside.given_up)
        bench.note("Beside an open transaction, the " + name + " stopped after " +
                   operations::records_text(beside.records) + ": it took more than 5 s for " +
                   operations::count_text(turn_records) + ".");
    return beside;
}

/// Records both courses, part by part.
void record_courses(Bench& bench, const Course& ours, const Course& plain) {
    const std::uint64_t part_records = std::max(bench.records() / parts, turn_records);
    for (std::uint64_t part = 0; part < parts; ++part) {
        const std::uint64_t records = part_records * (part + 1);
        const std::string setting = "open, up to " + operations::count_text(records);
        const auto x = static_cast<double>(records);
        if (part < ours.part_rates.size())
            bench.record({setting, "contrail, open", "records/s", {}, x}, ours.part_rates[part]);
        if (part < plain.part_rates.size())
            bench.record({setting, "plain outbox, open", "records/s", {}, x}, plain.part_rates[part]);
    }
}

}  // namespace

void measure_long_transaction(Bench& bench) {
    bench.repeat([&] {
        const Course ours = measure(bench, "contrail", contrail_outbox);
        const Course plain = measure(bench, "plain outbox", plain_outbox);
        record_courses(bench, ours, plain);
    });
}

}  // namespace contrail::bench
