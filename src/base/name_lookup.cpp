#include "base/name_lookup.hpp"

#include <future>
#include <thread>
#include <utility>

namespace contrail::base {

namespace {

NameLookup find_addresses(const std::string& host, std::uint16_t port, int flags, AddressFunction* find) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | flags;
    addrinfo* found = nullptr;
    const int error = find(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    return {error, Addresses(error == 0 ? found : nullptr)};
}

}  // namespace

std::optional<NameLookup> look_up(const std::string& host, std::uint16_t port, Deadline deadline,
                                  AddressFunction* find) {
    // An address is no name, and needs no name service.
    if (auto address = find_addresses(host, port, AI_NUMERICHOST, &::getaddrinfo); address.error == 0)
        return address;
    std::promise<NameLookup> promise;
    auto answer = promise.get_future();
    std::thread([host, port, find, promise = std::move(promise)]() mutable {
        promise.set_value(find_addresses(host, port, 0, find));
    }).detach();
    if (answer.wait_until(deadline) != std::future_status::ready) return std::nullopt;
    return answer.get();
}

}  // namespace contrail::base
