#pragma once

#include <string_view>

#include "contrail/http.hpp"

namespace contrail::dashboard {

/// Adds the route GET /<name> to a file that the program holds in itself; `index.html` is `/`. The type of
/// the content follows from the ending: .html, .css, .js, .svg. Both texts must outlive the router.
void add_page_file(http::Router& router, std::string_view name, std::string_view text);

/// Adds the files in src/dashboard/web.
void add_page_files(http::Router& router);

}  // namespace contrail::dashboard
