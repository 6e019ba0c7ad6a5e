#pragma once

#include <string>

#include "contrail/http.hpp"

namespace contrail::http {

/// How a response travels.
struct Framing {
    bool keep_alive = true;  ///< The connection stays open after it.
    bool head_only = false;  ///< It answers HEAD: what the body's headers say, without the body.
};

/// Replaces the content of `text` with `response` as HTTP/1.1. Keeps the capacity of `text`.
void write_response(const Response& response, Framing framing, std::string& text);

}  // namespace contrail::http
