#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "contrail/record.hpp"

// Encodes commands in Redis's protocol (RESP), straight into the buffer that is sent. The buffer is used
// again, so a chunk of a thousand records costs no allocation.

namespace contrail::redis {

/// Appends the digits of `number` to `out`.
inline void add_digits(std::string& out, std::uint64_t number) {
    char digits[20];  // 2^64 - 1 has 20
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

/// Appends the beginning of a command. `arguments` counts its name, too.
inline void begin_command(std::string& out, std::size_t arguments) {
    out += '*';
    add_digits(out, arguments);
    out += "\r\n";
}

inline void add_argument(std::string& out, std::string_view argument) {
    out += '$';
    add_digits(out, argument.size());
    out += "\r\n";
    out += argument;
    out += "\r\n";
}

inline void add_argument(std::string& out, std::uint64_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    add_argument(out, std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

inline void add_argument(std::string& out, RecordId id) {
    char text[41];  // two numbers and a hyphen
    char* end = std::to_chars(text, text + 20, id.sealed_ms).ptr;
    *end++ = '-';
    end = std::to_chars(end, text + sizeof text, id.offset.value).ptr;
    add_argument(out, std::string_view(text, static_cast<std::size_t>(end - text)));
}

/// Appends one whole command: strings, numbers and record ids.
template <class... Arguments>
void add_command(std::string& out, const Arguments&... arguments) {
    begin_command(out, sizeof...(arguments));
    (add_argument(out, arguments), ...);
}

}  // namespace contrail::redis
