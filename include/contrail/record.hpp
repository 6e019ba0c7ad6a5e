#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace contrail {

/// A record's place in the log: 1, 2, 3 …, dense. 0 is the place before the first record.
struct Offset {
    std::uint64_t value = 0;

    [[nodiscard]] constexpr Offset next() const { return {value + 1}; }
    [[nodiscard]] constexpr Offset previous() const { return {value - 1}; }
    constexpr auto operator<=>(const Offset&) const = default;
};

/// A record's id, which never changes: when its batch was sealed, and its offset.
///
/// Written `<milliseconds>-<offset>`, as Redis writes the id of a stream's entry. Ids order by time first.
/// Sealing times never fall and offsets only rise, so that is the order of offsets. The default, 0-0, is
/// before every record.
struct RecordId {
    std::uint64_t sealed_ms = 0;  ///< Unix time in milliseconds.
    Offset offset;

    [[nodiscard]] std::string to_string() const;

    /// Nothing if `text` is not exactly two decimal numbers of 64 bits, joined by one hyphen.
    [[nodiscard]] static std::optional<RecordId> parse(std::string_view text);

    constexpr auto operator<=>(const RecordId&) const = default;
};

/// One immutable fact that a service publishes.
struct Record {
    RecordId id;
    std::string action;  ///< What happened: create, update, delete.
    std::string object;  ///< To what kind of thing: ride.
    std::string data;    ///< The fact itself: a JSON text in UTF-8, as Postgres prints a `jsonb`.

    /// Which thing the fact is about: the ride's id. Records that share a key are about the same thing, and a
    /// consumer may group or route them by it. UTF-8, at most 255 bytes. An empty key is a key.
    std::optional<std::string> key{};

    /// What goes along with the fact: trace context, schema version, correlation. The text of a JSON object in
    /// UTF-8, as Postgres prints a `jsonb`, at most 64 KiB. `{}` is not the same as nothing: a record is read
    /// as it was staged.
    std::optional<std::string> headers{};

    /// The length of its texts, which limits in bytes count.
    [[nodiscard]] std::size_t bytes() const {
        return action.size() + object.size() + data.size() + (key ? key->size() : 0) +
               (headers ? headers->size() : 0);
    }

    bool operator==(const Record&) const = default;
};

}  // namespace contrail
