#include "postgres/cancel.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <exception>
#include <future>
#include <thread>
#include <utility>

#include "postgres/handles.hpp"
#include "postgres/socket_wait.hpp"

namespace contrail::postgres {

namespace {

constexpr Milliseconds cancel_max{2'000};
constexpr Milliseconds answer_max{100};

/// PQcancel() opens a second connection and waits for it without a bound. So it has a thread of its own, which
/// outlives the call if the server is silent. Returns false in that case.
bool request(CancelHandle cancel, Deadline deadline) {
    std::promise<void> promise;
    const auto taken = promise.get_future();
    std::thread([cancel = std::move(cancel), promise = std::move(promise)]() mutable {
        std::array<char, 256> reason{};
        // A refusal changes nothing: the caller closes the connection in any case.
        PQcancel(cancel.get(), reason.data(), static_cast<int>(reason.size()));
        promise.set_value();
    }).detach();
    return taken.wait_until(deadline) == std::future_status::ready;
}

/// A session that has not begun the statement ignores the request. So the request is repeated until bytes arrive: the
/// error that says so, or rows of a statement that has begun.
void request_until_answered(PGconn* connection) {
    const Deadline deadline = std::chrono::steady_clock::now() + cancel_max;
    do {
        CancelHandle cancel{PQgetCancel(connection)};
        if (!cancel || !request(std::move(cancel), deadline)) return;
    } while (!wait_until_ready(connection, POLLIN,
                               std::min(deadline, std::chrono::steady_clock::now() + answer_max)) &&
             std::chrono::steady_clock::now() < deadline);
}

}  // namespace

void cancel_statement(PGconn* connection) noexcept {
    if (PQtransactionStatus(connection) != PQTRANS_ACTIVE) return;
    try {
        request_until_answered(connection);
    } catch (const std::exception&) {
        // No thread, no memory: the session ends when the server next sends to it.
    }
}

}  // namespace contrail::postgres
