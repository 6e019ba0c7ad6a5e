#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// What it tells once it has collected from all of these sources: on a busy machine, a server may answer too
/// late for a scrape.
Scrape scrape(std::uint16_t port, const std::vector<std::string>& sources);

/// Asks until it answers with `status`, and returns that answer.
AdminAnswer until(std::uint16_t port, std::string_view path, unsigned status);

}  // namespace contrail::test
