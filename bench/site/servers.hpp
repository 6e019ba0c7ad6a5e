#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::bench {

/// How a Redis keeps its data.
enum class Keeping {
    on_disk,    ///< appendfsync always: it answers a write once the write is on disk.
    in_memory,  ///< No append-only file.
};

/// The name in tables.
constexpr std::string_view name(Keeping keeping) {
    return keeping == Keeping::on_disk ? "appendfsync always" : "no append-only file";
}

/// The servers that benchmarks measure.
///
/// Errors   Every call throws Error.
/// Threads  Main thread only: private servers end with the thread that started them.
class Servers {
public:
    virtual ~Servers() = default;

    /// A sentence that describes the servers.
    [[nodiscard]] virtual std::string description() = 0;

    [[nodiscard]] virtual std::string database_url() = 0;
    [[nodiscard]] virtual std::string redis_url(Keeping keeping) = 0;

    /// The kinds of Redis that exist. A given Redis counts as on_disk, however it is configured.
    [[nodiscard]] virtual std::vector<Keeping> keepings() const = 0;

    /// Process ids of private servers.
    [[nodiscard]] virtual std::optional<pid_t> postgres_pid() = 0;
    [[nodiscard]] virtual std::optional<pid_t> redis_pid(Keeping keeping) = 0;
};

}  // namespace contrail::bench
