#include "admin_client.hpp"

#include <chrono>
#include <stdexcept>

#include "../rocket_rides/http_client.hpp"

namespace contrail::test {

AdminAnswer ask(std::uint16_t port, std::string_view path) {
    HttpAnswer answer = HttpClient(port).get(path);
    return {answer.status, std::move(answer.body)};
}

Scrape scrape(std::uint16_t port) {
    return Scrape(ask(port, "/metrics").body);
}

AdminAnswer until(std::uint16_t port, std::string_view path, unsigned status) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (;;) {
        AdminAnswer answer = ask(port, path);
        if (answer.status == status) return answer;
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error(std::string(path) + " goes on answering " +
                                     std::to_string(answer.status) + ": " + answer.body);
    }
}

}  // namespace contrail::test
