#pragma once

#include "contrail/outbox.hpp"

namespace contrail {

/// Throws Error (Retry::never): the records of `batch` were read, and end at `read_to`. A batch is never
/// empty, and reads the same every time. Anything else would number the records that follow differently from
/// what consumers may already have seen.
[[noreturn]] void throw_changed(const Batch& batch, Offset read_to);

}  // namespace contrail
