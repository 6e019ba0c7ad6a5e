#include "base/utc.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <ctime>

namespace contrail::base {

namespace {

/// Takes a text apart from its beginning. Once something was not as expected, everything fails.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    /// Exactly `digits` digits that make a number from `min` to `max`.
    int number(std::size_t digits, int min, int max) {
        int value = 0;
        const std::string_view part = rest_.substr(0, digits);
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        const bool is_number =
            error == std::errc{} && end == part.data() + part.size() && part.front() != '-';
        fail_unless(is_number && part.size() == digits);
        fail_unless(value >= min && value <= max);
        rest_.remove_prefix(part.size());
        return value;
    }

    /// One of `characters`; '\0' if it is none of them.
    char any_of(std::string_view characters) {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return '\0';
        const char found = rest_.front();
        rest_.remove_prefix(1);
        return found;
    }

    void expect(std::string_view characters) { fail_unless(any_of(characters) != '\0'); }

    /// The digits that come next, if any.
    std::string_view digits() {
        const auto length = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        const std::string_view found = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return found;
    }

    void fail_unless(bool as_expected) { good_ = good_ && as_expected; }
    [[nodiscard]] bool is_through() const { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

std::chrono::sys_days scan_date(Scanner& scanner) {
    const std::chrono::year year(scanner.number(4, 1970, 9999));
    scanner.expect("-");
    const std::chrono::month month(static_cast<unsigned>(scanner.number(2, 1, 12)));
    scanner.expect("-");
    const std::chrono::day day(static_cast<unsigned>(scanner.number(2, 1, 31)));
    const std::chrono::year_month_day date(year, month, day);
    scanner.fail_unless(date.ok());
    return date;
}

/// `.25` is 250 ms; what is finer is rounded up.
std::chrono::milliseconds scan_fraction(Scanner& scanner) {
    if (scanner.any_of(".") == '\0') return {};
    const std::string_view digits = scanner.digits();
    scanner.fail_unless(!digits.empty());
    int ms = 0;
    for (std::size_t place = 0; place < 3; ++place)
        ms = ms * 10 + (place < digits.size() ? digits[place] - '0' : 0);
    const bool is_finer = digits.find_first_not_of('0', 3) != std::string_view::npos;
    return std::chrono::milliseconds(is_finer ? ms + 1 : ms);
}

std::chrono::milliseconds scan_time(Scanner& scanner) {
    const std::chrono::hours hours(scanner.number(2, 0, 23));
    scanner.expect(":");
    const std::chrono::minutes minutes(scanner.number(2, 0, 59));
    scanner.expect(":");
    const std::chrono::seconds seconds(scanner.number(2, 0, 60));  // 60: a leap second
    return hours + minutes + seconds + scan_fraction(scanner);
}

std::chrono::minutes scan_offset(Scanner& scanner) {
    if (scanner.any_of("Zz") != '\0') return {};
    const char sign = scanner.any_of("+-");
    scanner.fail_unless(sign != '\0');
    const std::chrono::hours hours(scanner.number(2, 0, 23));
    scanner.expect(":");
    const std::chrono::minutes offset = hours + std::chrono::minutes(scanner.number(2, 0, 59));
    return sign == '-' ? -offset : offset;
}

}  // namespace

std::string utc_text(std::uint64_t unix_ms) {
    const auto seconds = static_cast<std::time_t>(unix_ms / 1'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), length};
}

std::string utc_text_ms(std::uint64_t unix_ms) {
    std::string text = utc_text(unix_ms);
    if (unix_ms % 1'000 == 0) return text;
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03u", static_cast<unsigned>(unix_ms % 1'000));
    return text.insert(text.size() - 1, fraction.data());
}

std::optional<std::uint64_t> parse_utc(std::string_view text) {
    Scanner scanner(text);
    const auto date = scan_date(scanner);
    scanner.expect("Tt ");
    const auto time = scan_time(scanner);
    const auto offset = scan_offset(scanner);
    const auto unix_ms = (date.time_since_epoch() + time - offset).count();
    if (!scanner.is_through() || unix_ms < 0) return std::nullopt;
    return static_cast<std::uint64_t>(unix_ms);
}

}  // namespace contrail::base
