#include "postgres/notices.hpp"

#include <mutex>
#include <set>
#include <utility>

#include "contrail/postgres_notices.hpp"

namespace contrail {

namespace {

/// Enough for the databases of a program. Beyond that a notice is dropped.
constexpr std::size_t notices_max = 100;

struct Notices {
    std::mutex mutex;
    PostgresNoticeSink sink;
    std::set<std::string> known;
};

Notices& notices() {
    static Notices all;
    return all;
}

}  // namespace

void on_postgres_notice(PostgresNoticeSink sink) {
    const std::lock_guard lock(notices().mutex);
    notices().sink = std::move(sink);
}

namespace postgres {

void pass_on_notice(const std::string& notice) {
    const std::lock_guard lock(notices().mutex);
    if (!notices().sink || notices().known.size() == notices_max) return;
    if (notices().known.insert(notice).second) notices().sink(notice);
}

}  // namespace postgres

}  // namespace contrail
