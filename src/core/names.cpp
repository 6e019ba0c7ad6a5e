#include "contrail/names.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "contrail/error.hpp"

namespace contrail {

namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool is_printable(char c) {
    return c > ' ' && c <= '~';
}

std::string validated(std::string name, std::size_t length_max, bool (*allowed)(char),
                      std::string_view rule) {
    if (name.empty() || name.size() > length_max || !std::all_of(name.begin(), name.end(), allowed)) {
        throw Error(Retry::never, "'" + name + "' cannot be used as a name: " + std::string(rule));
    }
    return name;
}

}  // namespace

ConsumerName::ConsumerName(std::string name)
    : name_(validated(std::move(name), 128, is_name_character,
                      "a consumer is named by 1 to 128 characters of A-Z a-z 0-9 . _ -")) {}

StreamName::StreamName(std::string name)
    : name_(validated(std::move(name), 255, is_printable,
                      "a log is named by 1 to 255 printable ASCII characters without spaces")) {}

}  // namespace contrail
