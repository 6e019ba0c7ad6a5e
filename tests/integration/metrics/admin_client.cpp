#include "admin_client.hpp"

#include <algorithm>
#include <optional>

#include "../rocket_rides/http_client.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

AdminAnswer ask(std::uint16_t port, std::string_view path) {
    HttpAnswer answer = HttpClient(port).get(path);
    return {answer.status, std::move(answer.body)};
}

Scrape scrape(std::uint16_t port) {
    return Scrape(ask(port, "/metrics").body);
}

Scrape scrape(std::uint16_t port, const std::vector<std::string>& sources) {
    std::optional<Scrape> found;
    wait_until("all sources answer in time", [&] {
        found = scrape(port);
        return std::ranges::all_of(sources, [&](const std::string& source) {
            return found->value("contrail_collect_success", {"source=\"" + source + '"'}) == 1;
        });
    });
    return *found;
}

AdminAnswer until(std::uint16_t port, std::string_view path, unsigned status) {
    AdminAnswer answer;
    wait_until(std::string(path) + " answers " + std::to_string(status), [&] {
        answer = ask(port, path);
        return answer.status == status;
    });
    return answer;
}

}  // namespace contrail::test
