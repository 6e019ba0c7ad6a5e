#pragma once

#include <functional>
#include <string_view>

namespace contrail::base {

/// Takes one line of text, without its line end, for a log, a terminal or a page.
using LineSink = std::function<void(std::string_view line)>;

}  // namespace contrail::base
