#pragma once

#include <sstream>
#include <string>

namespace contrail {

/// What must hold, in words, and where the program says so.
struct Invariant {
    // Implicit, so that a call of require() passes the words alone and the place comes along.
    // std::source_location would tell the same, but clang 14 lacks it.
    // NOLINTNEXTLINE(google-explicit-constructor)
    Invariant(const char* words, const char* in_file = __builtin_FILE(), int at_line = __builtin_LINE())
        : what(words),
          file(in_file),
          line(at_line) {}

    const char* what;
    const char* file;
    int line;
};

/// Prints the invariant, its place and `values` to standard error, and aborts.
[[noreturn]] void report_broken(const Invariant& invariant, const std::string& values);

/// The same. Apart from require(), so that what a hot path pays for an invariant is one branch.
template <typename... Values>
[[noreturn, gnu::cold, gnu::noinline]] void report_broken_with(const Invariant& invariant,
                                                               const Values&... values) {
    std::ostringstream text;
    ((text << ' ' << values), ...);
    report_broken(invariant, text.str());
}

/// Aborts the program, in production too, if an invariant of the program itself is broken. What the world may
/// do (servers, files, input) is an Error; what a correct program rules out is this. To go on would risk the
/// data.
///
///     require(records.size() <= limit, "a chunk stays within its limit", records.size(), limit);
template <typename... Values>
void require(bool condition, Invariant invariant, const Values&... values) {
    if (!condition) [[unlikely]]
        report_broken_with(invariant, values...);
}

}  // namespace contrail
