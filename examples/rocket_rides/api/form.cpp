#include "api/form.hpp"

#include <charconv>
#include <utility>

namespace rocket_rides {

namespace {

std::optional<std::string> decode(std::string_view encoded) {
    std::string decoded;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        if (encoded[i] != '%') {
            decoded += encoded[i] == '+' ? ' ' : encoded[i];
            continue;
        }
        const std::string_view digits = encoded.substr(i + 1, 2);
        const char* const end = digits.data() + digits.size();
        unsigned char byte = 0;
        if (digits.size() < 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end)
            return std::nullopt;
        decoded += static_cast<char>(byte);
        i += digits.size();
    }
    return decoded;
}

/// What stands before the first `separator`, which is taken off `text` together with it.
std::string_view take_until(char separator, std::string_view& text) {
    const auto end = text.find(separator);
    const auto taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
}

}  // namespace

std::optional<std::vector<std::string>> form_values(std::string_view form, std::string_view name) {
    std::vector<std::string> values;
    while (!form.empty()) {
        std::string_view rest = take_until('&', form);
        const auto given_name = decode(take_until('=', rest));
        auto value = decode(rest);
        if (!given_name || !value) return std::nullopt;
        if (*given_name == name) values.push_back(std::move(*value));
    }
    return values;
}

}  // namespace rocket_rides
