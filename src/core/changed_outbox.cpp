#include "core/changed_outbox.hpp"

#include <string>

#include "contrail/error.hpp"

namespace contrail {

void throw_changed(const Batch& batch, Offset read_to) {
    throw Error(Retry::never, "Batch " + std::to_string(batch.number) +
                                  " of the outbox should end at offset " +
                                  (batch.last ? std::to_string(batch.last->value)
                                              : std::to_string(batch.first.value) + " or later") +
                                  ", but its records end at " + std::to_string(read_to.value) +
                                  ". Staged records were changed or deleted behind Contrail's back.");
}

}  // namespace contrail
