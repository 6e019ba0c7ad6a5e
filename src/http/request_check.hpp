#pragma once

#include <optional>

#include "contrail/http.hpp"

// What the server refuses before a handler sees it. Both return the answer, or nothing if the request may pass.

namespace contrail::http {

/// Refuses a body whose end or content this server cannot tell. The connection must end after the answer: what
/// follows may be the body, and must not be read as the next request.
std::optional<Response> unreadable_body(const Request& request);

/// Refuses a request without a Host. A server that listens `on_loopback` also refuses the names of other machines:
/// a site whose name resolves to this machine could otherwise use the browser of a visitor (DNS rebinding).
std::optional<Response> foreign_host(const Request& request, bool on_loopback);

}  // namespace contrail::http
