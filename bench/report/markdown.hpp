#pragma once

#include <map>
#include <string>

#include "bench/report/results.hpp"

namespace contrail::bench {

/// A result as a Markdown table, followed by its notes.
std::string to_markdown(const Result& result);

/// The machine and the servers, in a few sentences.
std::string to_markdown(const Machine& machine, const std::string& servers);

/// `page` with new content between its marks, the lines `<!-- measured: NAME -->` and `<!-- end -->`. Parts
/// without a new section stay as they are. Throws Error (Retry::never) if a mark has no end.
std::string with_sections(const std::string& page, const std::map<std::string, std::string>& sections);

}  // namespace contrail::bench
