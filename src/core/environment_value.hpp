#pragma once

#include <string>

namespace contrail {

/// The value of an environment variable, without the white space around it. Empty: it is not set, or is empty.
///
/// URLs may hold passwords. So a variable whose name ends in `_URL` may be given by file: DATABASE_URL_FILE names the
/// file that holds what DATABASE_URL would. Throws Error (Retry::never) if it cannot be read or is empty, or if both
/// variables are set.
std::string environment_value(const std::string& variable);

/// What a file holds, without the white space around it. Throws Error (Retry::never) if it cannot be read or is empty;
/// `named_by` is what names the file, for the message.
std::string secret_in_file(const std::string& file, const std::string& named_by);

}  // namespace contrail
