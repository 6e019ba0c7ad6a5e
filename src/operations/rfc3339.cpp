#include "operations/rfc3339.hpp"

#include <charconv>
#include <chrono>

namespace contrail {

namespace {

using namespace std::chrono;

/// Takes a text apart from the front. After the first thing that does not fit, nothing does.
class Text {
public:
    explicit Text(std::string_view text) : rest_(text) {}

    /// A number of exactly so many digits.
    int number(std::size_t digits) {
        int value = 0;
        const auto end = rest_.data() + std::min(digits, rest_.size());
        const bool is_number =
            rest_.size() >= digits && rest_[0] != '-' && std::from_chars(rest_.data(), end, value).ptr == end;
        if (!is_number) return fail();
        rest_.remove_prefix(digits);
        return value;
    }

    /// One of these characters; 0 if none is next.
    char one_of(std::string_view characters) {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) {
            fail();
            return 0;
        }
        const char found = rest_.front();
        rest_.remove_prefix(1);
        return found;
    }

    [[nodiscard]] bool next_is(char c) const { return rest_.starts_with(c); }
    [[nodiscard]] bool is_digit_next() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }
    [[nodiscard]] bool fitted() const { return !failed_ && rest_.empty(); }

private:
    int fail() {
        failed_ = true;
        rest_ = {};
        return 0;
    }

    std::string_view rest_;
    bool failed_ = false;
};

/// Milliseconds; further digits say nothing to a log.
milliseconds fraction_in(Text& text) {
    milliseconds fraction{0};
    if (!text.next_is('.')) return fraction;
    text.one_of(".");
    fraction = milliseconds(text.number(1) * 100);
    for (int unit = 10; text.is_digit_next(); unit /= 10) fraction += milliseconds(text.number(1) * unit);
    return fraction;
}

minutes zone_in(Text& text) {
    const char sign = text.one_of("Zz+-");
    if (sign != '+' && sign != '-') return minutes(0);
    minutes zone = hours(text.number(2));
    text.one_of(":");
    zone += minutes(text.number(2));
    return sign == '+' ? zone : -zone;
}

}  // namespace

std::optional<std::uint64_t> parse_rfc3339(std::string_view written) {
    Text text(written);
    const year years(text.number(4));
    text.one_of("-");
    const month months(static_cast<unsigned>(text.number(2)));
    text.one_of("-");
    const year_month_day date(years, months, day(static_cast<unsigned>(text.number(2))));
    text.one_of("Tt ");
    const hours hour(text.number(2));
    text.one_of(":");
    const minutes minute(text.number(2));
    text.one_of(":");
    const seconds second(text.number(2));
    const milliseconds fraction = fraction_in(text);
    const minutes zone = zone_in(text);

    const bool is_time = text.fitted() && date.ok() && hour < 24h && minute < 60min && second <= 60s;
    if (!is_time) return std::nullopt;
    const auto since_1970 = sys_days(date).time_since_epoch() + hour + minute + second + fraction - zone;
    if (since_1970 < milliseconds(0)) return std::nullopt;
    return static_cast<std::uint64_t>(milliseconds(since_1970).count());
}

}  // namespace contrail
