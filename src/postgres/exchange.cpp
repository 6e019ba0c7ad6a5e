#include "postgres/exchange.hpp"

#include <poll.h>

#include <vector>

namespace contrail::postgres {

namespace {

std::vector<const char*> pointers_to(std::span<const SqlValue> values) {
    std::vector<const char*> pointers;
    pointers.reserve(values.size());
    for (const SqlValue& value : values) pointers.push_back(value ? value->c_str() : nullptr);
    return pointers;
}

bool is_failure(const PGresult* result) {
    return PQresultStatus(result) == PGRES_FATAL_ERROR || PQresultStatus(result) == PGRES_BAD_RESPONSE;
}

}  // namespace

Result Exchange::run(const std::string& statements) {
    require_sent(PQsendQuery(connection_, statements.c_str()));
    return answer();
}

Result Exchange::run(const std::string& statement, std::span<const SqlValue> values) {
    const auto pointers = pointers_to(values);
    require_sent(PQsendQueryParams(connection_, statement.c_str(), static_cast<int>(pointers.size()), nullptr,
                                   pointers.data(), nullptr, nullptr, 0));
    return answer();
}

void Exchange::prepare(const char* name, const std::string& statement) {
    require_sent(PQsendPrepare(connection_, name, statement.c_str(), 0, nullptr));
    answer();
}

Result Exchange::run_prepared(const char* name, std::span<const SqlValue> values) {
    const auto pointers = pointers_to(values);
    require_sent(PQsendQueryPrepared(connection_, name, static_cast<int>(pointers.size()), pointers.data(),
                                     nullptr, nullptr, 0));
    return answer();
}

std::string_view Exchange::next_copy_message() {
    char* data = nullptr;
    int length = 0;
    while ((length = PQgetCopyData(connection_, &data, /*async=*/1)) == 0) {
        wait(POLLIN);
        if (PQconsumeInput(connection_) == 0)
            throw lost_error(attempt_, connection_, PQerrorMessage(connection_));
    }
    constexpr int failed = -2;
    if (length == failed) throw lost_error(attempt_, connection_, PQerrorMessage(connection_));
    copy_message_.reset(data);
    if (length > 0) return {data, static_cast<std::size_t>(length)};
    answer();  // Throws the error that ended the COPY early, if there was one.
    return {};
}

void Exchange::require_sent(int sent) {
    if (sent == 0) throw lost_error(attempt_, connection_, PQerrorMessage(connection_));
    flush();
}

void Exchange::flush() {
    for (;;) {
        const int left = PQflush(connection_);
        if (left == 0) return;
        if (left < 0) throw lost_error(attempt_, connection_, PQerrorMessage(connection_));
        // The server may wait until this side has read. If the server is gone, answer() throws.
        wait(POLLIN | POLLOUT);
        if (PQconsumeInput(connection_) == 0) return;
    }
}

Result Exchange::answer() {
    ResultHandle last;
    // All results are read, even after a failure: only then can the connection be used again.
    while (ResultHandle result = next_result()) {
        if (!last || !is_failure(last.get())) last = std::move(result);
        if (is_copy(last.get())) break;
    }
    if (!last || is_failure(last.get())) throw statement_error(attempt_, connection_, last.get());
    return Result(std::move(last));
}

ResultHandle Exchange::next_result() {
    while (PQisBusy(connection_) != 0) {
        wait(POLLIN);
        // If the connection broke, PQgetResult() returns a failure after the results that still arrived.
        if (PQconsumeInput(connection_) == 0) break;
    }
    return ResultHandle(PQgetResult(connection_));
}

void Exchange::wait(short events) {
    if (wait_until_ready(connection_, events, std::chrono::steady_clock::now() + wait_max_)) return;
    // The caller closes the connection, which cancels the statement.
    throw lost_error(attempt_, connection_, "no answer within " + std::to_string(wait_max_.count()) + " ms");
}

}  // namespace contrail::postgres
