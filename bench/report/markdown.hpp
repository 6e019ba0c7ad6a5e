#pragma once

#include <map>
#include <string>

#include "bench/report/results.hpp"

namespace contrail::bench {

/// A result as a table of Markdown, its notes below.
std::string to_markdown(const Result& result);

/// The machine and the servers, in a few sentences.
std::string to_markdown(const Machine& machine, const std::string& servers);

/// `page` with other content between its marks: a line `<!-- measured: NAME -->`, and a line `<!-- end -->`.
/// What no section is given for stays as it is. Throws Error (Retry::never) if a mark has no end.
std::string with_sections(const std::string& page, const std::map<std::string, std::string>& sections);

}  // namespace contrail::bench
