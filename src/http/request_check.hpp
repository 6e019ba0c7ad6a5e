#pragma once

#include <optional>

#include "contrail/http.hpp"

// What the server refuses before a handler sees it. The first two return the answer, or nothing if the request may
// pass.

namespace contrail::http {

/// Refuses a body whose end or content this server cannot tell. The connection must end after the answer: what
/// follows may be the body, and must not be read as the next request.
std::optional<Response> unreadable_body(const Request& request);

/// Refuses a request without a Host. A server that listens `on_loopback` also refuses the names of other machines:
/// a site whose name resolves to this machine could otherwise use the browser of a visitor (DNS rebinding).
std::optional<Response> foreign_host(const Request& request, bool on_loopback);

/// Whether any of its Connection lines says `close`. Beast reads the first line only, and none of HTTP/1.0.
bool asks_to_end(const Request& request);

}  // namespace contrail::http
