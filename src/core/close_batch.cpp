#include "core/close_batch.hpp"

#include <string>

#include "contrail/error.hpp"

namespace contrail {

void require_end(const OpenBatch& batch, Offset read_to) {
    if (batch.last ? read_to == *batch.last : read_to >= batch.first) return;
    throw Error(
        Retry::never,
        "Batch " + std::to_string(batch.number) + " of the outbox should end at offset " +
            (batch.last ? std::to_string(batch.last->value)
                        : std::to_string(batch.first.value) + " or later") +
            ", but its records end at " + std::to_string(read_to.value) +
            ". Staged records were changed or deleted behind Contrail's back, or left out of a dump. Sent after "
            "them, later records would get their ids. Restore the database from a backup that "
            "holds all of the outbox's tables, then run `contrail adopt`.");
}

Batch close_batch(const OpenBatch& batch, Offset read_to) {
    require_end(batch, read_to);
    return batch.ending_at(read_to);
}

}  // namespace contrail
