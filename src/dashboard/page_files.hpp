#pragma once

#include "http/router.hpp"

namespace contrail::dashboard {

/// Routes to the files of the page (web/), which the program carries in itself; `/` is index.html.
void add_page_files(http::Router& router);

}  // namespace contrail::dashboard
