#pragma once

#include <string>

namespace contrail::dashboard {

/// Something that happened, as the page's log tells it.
struct Happening {
    enum class Kind { note, good, bad };

    Kind kind = Kind::note;
    std::string text;

    bool operator==(const Happening&) const = default;
};

}  // namespace contrail::dashboard
