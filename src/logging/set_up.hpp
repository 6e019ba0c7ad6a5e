#pragma once

#include <string>

namespace contrail {

enum class LogFormat {
    text,  ///< For people: time, level, component, message.
    json,  ///< One JSON object a line, with the ids and numbers that an event is about as keys of their own.
};

/// Sends the lines of the program's log to standard error: one line an event. A text is coloured on a
/// terminal only, and never with NO_COLOR. `level` is one of trace, debug, info, warning, error, off.
void set_up_logging(const std::string& program, const std::string& level, LogFormat format);

}  // namespace contrail
