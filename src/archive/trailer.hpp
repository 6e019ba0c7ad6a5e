#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "contrail/record.hpp"

namespace contrail::archive {

/// What a file of an archive says of itself in its last bytes: a frame that zstd's readers skip. A file that was cut
/// short has none.
struct Trailer {
    static constexpr std::size_t bytes = 512;

    std::string archive;  ///< The archive's id; see Identity.
    RecordId first;
    RecordId last;
    std::uint64_t content_bytes = 0;  ///< Of the lines, uncompressed.
    std::string sha256;               ///< Of all bytes of the file before the trailer.

    [[nodiscard]] std::uint64_t records() const { return last.offset.value - first.offset.value + 1; }

    bool operator==(const Trailer&) const = default;
};

/// Exactly Trailer::bytes long.
std::string to_frame(const Trailer& trailer);

/// Nothing if `frame` is not to the byte what to_frame() makes.
std::optional<Trailer> read_frame(std::string_view frame);

/// `00000000000000000007.jsonl.zst` for offset 7: names sort as offsets do.
std::string file_name(Offset first);

/// The offset in such a name. Nothing if it is another name.
std::optional<Offset> first_offset_in(const std::string& name);

}  // namespace contrail::archive
