#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "contrail/record.hpp"

namespace contrail::postgres {

/// Decodes the records of `COPY (SELECT [batch number,] action, object, data, key, headers …) TO STDOUT
/// (FORMAT binary)`:
///
///     stream  = header row* trailer
///     header  = "PGCOPY\n\xff\r\n\0" flags:int32 length:int32 byte{length}
///     row     = 5:int16 field field field nullable nullable      or, where several batches are read
///             | 6:int16 8:int32 number:int64 field field field nullable nullable
///     field   = length:int32 byte{length}       a jsonb begins with its version, the byte 1
///     nullable = field | -1:int32
///     trailer = -1:int16
///
/// Integers are big-endian. Each message of the protocol holds one row or the trailer; the first one may hold
/// the header before it, or alone.
class CopyDecoder {
public:
    /// Decodes all of a record but its id from the next message, with assign_text(). False: the message held no
    /// record. Throws Error (Retry::never) if the message does not follow this grammar.
    bool decode(std::string_view message, Record& record);

    /// The number of the last record's batch, if its row had one.
    [[nodiscard]] std::optional<std::int64_t> batch_number() const { return batch_number_; }

private:
    std::optional<std::int64_t> batch_number_;
    bool header_seen_ = false;
};

}  // namespace contrail::postgres
