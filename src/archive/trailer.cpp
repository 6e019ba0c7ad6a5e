#include "archive/trailer.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/require.hpp"

namespace contrail::archive {

namespace {

using Json = nlohmann::ordered_json;

/// A skippable frame (RFC 8878, section 3.1.2): a magic number and the size of what follows, each in four bytes, the
/// least one first.
constexpr std::string_view magic = "\x5C\x2A\x4D\x18";
constexpr std::size_t head_bytes = 8;
constexpr std::size_t text_bytes = Trailer::bytes - head_bytes;
constexpr std::string_view suffix = ".jsonl.zst";
constexpr std::size_t digits = 20;  ///< Of the greatest number of 64 bits.

std::optional<Trailer> read_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    Trailer trailer;
    try {
        const auto first = RecordId::parse(json.at("first").get<std::string>());
        const auto last = RecordId::parse(json.at("last").get<std::string>());
        if (!first || !last) return std::nullopt;
        return Trailer{.archive = json.at("archive").get<std::string>(),
                       .first = *first,
                       .last = *last,
                       .content_bytes = json.at("content_bytes").get<std::uint64_t>(),
                       .sha256 = json.at("sha256").get<std::string>()};
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace

std::string to_frame(const Trailer& trailer) {
    const Json json{{"contrail_archive", 1},
                    {"archive", trailer.archive},
                    {"first", trailer.first.to_string()},
                    {"last", trailer.last.to_string()},
                    {"content_bytes", trailer.content_bytes},
                    {"sha256", trailer.sha256}};
    std::string text = json.dump();
    require(text.size() <= text_bytes, "a trailer fits into its frame", text.size());
    text.append(text_bytes - text.size(), ' ');
    std::string frame(magic);
    for (std::size_t byte = 0; byte < 4; ++byte)
        frame += static_cast<char>((text_bytes >> (8 * byte)) & 0xFFU);
    return frame + text;
}

std::optional<Trailer> read_frame(std::string_view frame) {
    if (frame.size() != Trailer::bytes) return std::nullopt;
    auto trailer = read_json(frame.substr(head_bytes));
    // Nothing else protects these bytes: what is not written so was not written by an archive.
    if (!trailer || trailer->archive.size() > 64 || trailer->sha256.size() != 64 ||
        to_frame(*trailer) != frame)
        return std::nullopt;
    return trailer;
}

std::string file_name(Offset first) {
    return fmt::format("{:020}{}", first.value, suffix);
}

std::optional<Offset> first_offset_in(const std::string& name) {
    if (name.size() != digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
    Offset offset;
    const auto [end, error] = std::from_chars(name.data(), name.data() + digits, offset.value);
    if (error != std::errc() || end != name.data() + digits) return std::nullopt;
    return offset;
}

}  // namespace contrail::archive
