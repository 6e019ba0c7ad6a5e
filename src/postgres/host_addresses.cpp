#include "postgres/host_addresses.hpp"

#include <sys/socket.h>

#include <array>
#include <string_view>
#include <vector>

#include "contrail/error.hpp"

namespace contrail::postgres {

namespace {

std::vector<std::string> elements_of(const ConnectionOptions& options, const std::string& keyword) {
    std::vector<std::string> elements;
    const auto option = options.find(keyword);
    if (option == options.end()) return elements;
    std::string_view left = option->second;
    for (auto comma = left.find(','); comma != std::string_view::npos; comma = left.find(',')) {
        elements.emplace_back(left.substr(0, comma));
        left.remove_prefix(comma + 1);
    }
    elements.emplace_back(left);
    return elements;
}

/// Not a path, an abstract socket, or libpq's default.
bool is_name(const std::string& host) {
    return !host.empty() && host.front() != '/' && host.front() != '@';
}

/// The addresses as text; one that is empty if the name has none.
std::vector<std::string> addresses_of(const std::string& host, base::Deadline deadline,
                                      base::AddressFunction* find) {
    // The number of the port plays no part.
    const auto found = base::look_up(host, 0, deadline, find);
    if (!found)
        throw Error(Retry::call,
                    "Cannot connect to PostgreSQL: the name service did not answer for host '" + host +
                        "'. Repair the name service, or put the server's address into DATABASE_URL.");
    std::vector<std::string> addresses;
    for (const addrinfo* each = found->addresses.get(); each != nullptr; each = each->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                          NI_NUMERICHOST) == 0)
            addresses.emplace_back(text.data());
    }
    if (addresses.empty()) addresses.emplace_back();
    return addresses;
}

/// The element for the place at `index` of a list that has one for each place, one for all, or none.
std::string element_for(const std::vector<std::string>& list, std::size_t index) {
    if (list.empty()) return {};
    return list[list.size() == 1 ? 0 : index];
}

bool fits(const std::vector<std::string>& list, std::size_t places) {
    return list.size() <= 1 || list.size() == places;
}

}  // namespace

std::vector<HostAddress> host_addresses(const ConnectionOptions& options, base::Deadline deadline,
                                        base::AddressFunction* find) {
    const auto hosts = elements_of(options, "host");
    const auto given = elements_of(options, "hostaddr");
    const auto ports = elements_of(options, "port");
    const std::size_t count = given.empty() ? hosts.size() : given.size();
    // Of lists that do not match, libpq says so.
    if (!fits(ports, count) || (!hosts.empty() && hosts.size() != count)) return {};

    std::vector<HostAddress> places;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string host = element_for(hosts, i);
        const bool has_name = given.empty() && is_name(host);
        const auto addresses =
            has_name ? addresses_of(host, deadline, find) : std::vector{element_for(given, i)};
        for (const std::string& address : addresses) places.push_back({host, address, element_for(ports, i)});
    }
    return places;
}

HostLists lists_of(const std::vector<HostAddress>& places) {
    HostLists lists;
    const auto append = [](std::string& list, const std::string& element, bool first) {
        if (!first) list += ',';
        list += element;
    };
    bool first = true;
    for (const HostAddress& place : places) {
        append(lists.hosts, place.host, first);
        append(lists.addresses, place.address, first);
        append(lists.ports, place.port, first);
        first = false;
    }
    return lists;
}

}  // namespace contrail::postgres
