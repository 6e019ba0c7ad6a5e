#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace contrail::test {

/// The messages that a C++ source can say: for each expression that joins literals to a text, the literals with … for
/// what stands between them. A text counts as a message if it is a line of the log, or if it has three words and ends
/// as a sentence does.
std::vector<std::string> messages_in(std::string_view source);

/// All messages of the programs, sorted as docs/messages.md is, each once. Help texts of metrics are not among them:
/// docs/metrics.md has those.
std::vector<std::string> messages_of_programs();

/// What the catalogue is sorted by: the letters of `message`, in lower case.
std::string sort_key(std::string_view message);

}  // namespace contrail::test
