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
        throw Error(Retry::call, "Cannot connect to PostgreSQL: the name service did not answer for host '" + host +
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

void append(std::string& list, const std::string& element, bool first) {
    if (!first) list += ',';
    list += element;
}

}  // namespace

HostAddresses host_addresses(const ConnectionOptions& options, base::Deadline deadline,
                             base::AddressFunction* find) {
    const auto hosts = elements_of(options, "host");
    const auto ports = elements_of(options, "port");
    const bool ports_match = ports.size() <= 1 || ports.size() == hosts.size();  // libpq reports it otherwise
    if (hosts.empty() || options.contains("hostaddr") || !ports_match) return {};

    HostAddresses lists;
    lists.count = 0;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const auto addresses = is_name(hosts[i]) ? addresses_of(hosts[i], deadline, find)
                                                 : std::vector<std::string>(1);
        for (const std::string& address : addresses) {
            const bool first = lists.count++ == 0;
            append(lists.hosts, hosts[i], first);
            append(lists.addresses, address, first);
            if (!ports.empty()) append(lists.ports, ports[ports.size() == 1 ? 0 : i], first);
        }
    }
    return lists;
}

}  // namespace contrail::postgres
