#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/scrape.hpp"

namespace contrail::test {

/// `status` and body of what a program answers at `path` on this port of this machine.
struct AdminAnswer {
    unsigned status = 0;
    std::string body;
};
AdminAnswer ask(std::uint16_t port, std::string_view path);

/// What it tells at /metrics.
Scrape scrape(std::uint16_t port);

/// Asks again and again until it answers with `status`, and returns that answer. Throws std::runtime_error
/// with the last one after a minute.
AdminAnswer until(std::uint16_t port, std::string_view path, unsigned status);

}  // namespace contrail::test
