#pragma once

#include <cstdint>

#include "contrail/record.hpp"

namespace contrail {

/// How often a handler has rejected what follows a checkpoint, and which records are suspected because of it.
/// Counted per checkpoint: a consumer that moves on has nothing to reset.
class Refusals {
public:
    /// Counts one more rejection of what follows `checkpoint`. Returns how many there were in a row.
    std::uint32_t count(RecordId checkpoint, std::uint64_t now_ms) {
        if (attempts_ == 0 || checkpoint != checkpoint_) {
            checkpoint_ = checkpoint;
            attempts_ = 0;
            first_ms_ = now_ms;
        }
        return ++attempts_;
    }

    /// When the first of them was, in Unix time in milliseconds.
    [[nodiscard]] std::uint64_t first_ms() const { return first_ms_; }

    /// One of the records up to `last` is at fault. The consumer applies them one by one, and counts anew.
    void suspect(RecordId last) {
        suspects_to_ = last;
        attempts_ = 0;
    }

    [[nodiscard]] bool suspects_what_follows(RecordId id) const { return id < suspects_to_; }

private:
    RecordId checkpoint_;
    std::uint32_t attempts_ = 0;
    std::uint64_t first_ms_ = 0;
    RecordId suspects_to_;
};

}  // namespace contrail
