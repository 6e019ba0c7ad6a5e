#pragma once

namespace contrail::base {

/// Opens standard input, output and error where the caller of the program closed them. Otherwise the next
/// socket would take such a number, and log lines would go to a server. Call it before anything else is opened.
///
/// What a program then writes to standard output fails with EBADF, as it would without this call: lost output
/// must not look like success. Standard error goes to /dev/null. Aborts if that file cannot be opened.
void open_standard_descriptors() noexcept;

}  // namespace contrail::base
