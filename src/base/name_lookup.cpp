#include "base/name_lookup.hpp"

#include <fcntl.h>

#include <cerrno>
#include <functional>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "base/file_descriptor.hpp"

namespace contrail::base {

namespace {

bool lacks_descriptors() {
    const FileDescriptor probe(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    return probe.get() < 0 && (errno == EMFILE || errno == ENFILE);
}

NameLookup find_addresses(const std::string& host, std::uint16_t port, int flags, AddressFunction* find) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | flags;
    addrinfo* found = nullptr;
    const int error = find(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) return {.error = error, .addresses = nullptr, .lacks_descriptors = lacks_descriptors()};
    return {.error = 0, .addresses = Addresses(found)};
}

/// Nothing if the system starts no more threads.
bool start_thread(std::function<void()> work) {
    try {
        std::thread(std::move(work)).detach();
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

}  // namespace

std::optional<NameLookup> look_up(const std::string& host, std::uint16_t port, Deadline deadline,
                                  AddressFunction* find) {
    // An address is no name, and needs no name service.
    if (auto address = find_addresses(host, port, AI_NUMERICHOST, &::getaddrinfo); address.error == 0)
        return address;
    const auto promise = std::make_shared<std::promise<NameLookup>>();
    auto answer = promise->get_future();
    if (!start_thread(
            [host, port, find, promise] { promise->set_value(find_addresses(host, port, 0, find)); }))
        return NameLookup{.error = EAI_AGAIN, .addresses = nullptr};
    if (answer.wait_until(deadline) != std::future_status::ready) return std::nullopt;
    return answer.get();
}

}  // namespace contrail::base
