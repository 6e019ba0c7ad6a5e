#pragma once

#include <string>

namespace contrail::logging {

enum class Format {
    text,  ///< For people: time, level, component, message.
    json,  ///< One JSON object per line. Ids and numbers have keys of their own.
};

/// Sends the program's log to standard error, one line per event. Text is coloured on a terminal only, and
/// never with NO_COLOR. In systemd's journal each line begins with its priority, in place of time and level.
/// `level` is one of trace, debug, info, warning, error, off.
void set_up(const std::string& program, const std::string& level, Format format);

}  // namespace contrail::logging
