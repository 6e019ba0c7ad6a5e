#include <fmt/format.h>

#include <charconv>

#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds clock_difference_max{1'000};

milliseconds unix_now() {
    return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
}

/// `ask` returns a server's Unix time.
template <class Ask>
ClockDifference compare_clocks(Ask ask) {
    const auto before = unix_now();
    const milliseconds theirs = ask();
    const auto after = unix_now();
    return {.ahead = theirs - (before + after) / 2, .uncertain = (after - before) / 2};
}

long long signed_number(std::string_view digits) {
    long long value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

}  // namespace

ClockDifference gather_clock(Database& database) {
    return compare_clocks([&] {
        const auto result = read(database.connection, "read the server's clock",
                                 "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
        return milliseconds(result.integer(0, 0));
    });
}

ClockDifference gather_clock(RedisSession& session) {
    return compare_clocks([&] {
        const redis::Reply& time = session.require({"TIME"});
        return milliseconds(signed_number(time.elements[0].text) * 1'000 +
                            signed_number(time.elements[1].text) / 1'000);
    });
}

Findings judge(const std::string& check, const ClockDifference& difference) {
    const auto size = std::chrono::abs(difference.ahead);
    if (size <= clock_difference_max + difference.uncertain)
        return {ok(check,
                   fmt::format("within {} of this machine's", duration_text(size + difference.uncertain)))};
    const std::string found = fmt::format("{} {} this machine's", duration_text(size),
                                          difference.ahead.count() < 0 ? "behind" : "ahead of");
    return {warning(
        check, found,
        "No record depends on a clock. But lag in seconds is wrong by this much, and nothing goes for its age "
        "(--log-max-age, --log-min-age) while PostgreSQL's clock differs. Synchronise the clocks of both machines.",
        {"timedatectl set-ntp true   # on both machines"})};
}

}  // namespace contrail::operations::doctor
