#pragma once

#include <string>

namespace contrail::dashboard {

/// Something that happened, for the page's list of events.
struct Event {
    enum class Kind { note, good, bad };

    Kind kind = Kind::note;
    std::string text;  ///< One sentence.

    bool operator==(const Event&) const = default;
};

}  // namespace contrail::dashboard
