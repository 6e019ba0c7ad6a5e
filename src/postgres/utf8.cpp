#include "postgres/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace contrail::postgres {

namespace {

/// How UTF-8 encodes the characters from `min` to `max`: a byte that begins with `lead`, and `more` further
/// bytes.
struct Form {
    std::uint8_t lead_mask, lead;
    std::size_t more;
    std::uint32_t min, max;
};

constexpr Form forms[] = {
    {0x80, 0x00, 0, 0x1, 0x7F},
    {0xE0, 0xC0, 1, 0x80, 0x7FF},
    {0xF0, 0xE0, 2, 0x800, 0xFFFF},
    {0xF8, 0xF0, 3, 0x10000, 0x10FFFF},
};

bool is_surrogate(std::uint32_t character) {
    return character >= 0xD800 && character <= 0xDFFF;
}

/// The length of the first character of `bytes`, which is not empty; 0 if its bytes are not UTF-8.
std::size_t character_length(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    const auto* const form = std::find_if(std::begin(forms), std::end(forms),
                                          [&](const Form& f) { return (byte(0) & f.lead_mask) == f.lead; });
    if (form == std::end(forms) || bytes.size() <= form->more) return 0;
    std::uint32_t character = byte(0) & static_cast<std::uint8_t>(~form->lead_mask);
    for (std::size_t i = 1; i <= form->more; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
        character = (character << 6) | (byte(i) & 0x3F);
    }
    const bool is_one = character >= form->min && character <= form->max && !is_surrogate(character);
    return is_one ? form->more + 1 : 0;
}

}  // namespace

std::string utf8_text(std::string_view bytes, std::size_t characters_max) {
    std::string text;
    for (std::size_t characters = 0; !bytes.empty(); ++characters) {
        if (characters == characters_max) return text + "…";
        const std::size_t length = character_length(bytes);
        text += length > 0 ? bytes.substr(0, length) : "\uFFFD";
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

}  // namespace contrail::postgres
