#include "operations/doctor/clocks.hpp"

#include <fmt/format.h>

#include <charconv>

#include "operations/units.hpp"

namespace contrail::doctor {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds difference_max{1'000};

milliseconds unix_now() {
    return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
}

/// `ask` returns a server's Unix time.
template <class Ask>
ClockDifference compare(Ask ask) {
    const auto before = unix_now();
    const milliseconds theirs = ask();
    const auto after = unix_now();
    return {.ahead = theirs - (before + after) / 2, .uncertain = (after - before) / 2};
}

long long number(std::string_view digits) {
    long long value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

}  // namespace

ClockDifference gather_clock(Database& database) {
    return compare([&] {
        const auto result = read(database.connection, "ask the server for its time",
                                 "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
        return milliseconds(result.integer(0, 0));
    });
}

ClockDifference gather_clock(RedisSession& session) {
    return compare([&] {
        const redis::Reply& time = session.require({"TIME"});
        return milliseconds(number(time.elements[0].text) * 1'000 + number(time.elements[1].text) / 1'000);
    });
}

Findings judge(const std::string& check, const ClockDifference& difference) {
    const auto size = std::chrono::abs(difference.ahead);
    if (size <= difference_max + difference.uncertain)
        return {ok(check,
                   fmt::format("within {} of this machine's", duration_text(size + difference.uncertain)))};
    const std::string found = fmt::format("{} {} this machine's", duration_text(size),
                                          difference.ahead.count() < 0 ? "behind" : "ahead of");
    return {warning(check, found,
                    "No result depends on a clock. But lag in seconds, ages, and --log-max-age are wrong by "
                    "this much.",
                    {"timedatectl set-ntp true   # on both machines"})};
}

}  // namespace contrail::doctor
