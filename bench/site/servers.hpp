#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::bench {

/// How a Redis keeps what it was given.
enum class Keeping {
    on_disk,    ///< appendfsync always: a write is answered once it is on disk.
    in_memory,  ///< No append-only file.
};

/// As tables name it.
constexpr std::string_view name(Keeping keeping) {
    return keeping == Keeping::on_disk ? "appendfsync always" : "no append-only file";
}

/// Where is measured.
///
/// Errors   Every call throws Error.
/// Threads  From the main thread only: private servers end with the thread that started them.
class Servers {
public:
    virtual ~Servers() = default;

    /// What the servers are, in a sentence that a reader of the figures needs.
    [[nodiscard]] virtual std::string description() = 0;

    [[nodiscard]] virtual std::string database_url() = 0;
    [[nodiscard]] virtual std::string redis_url(Keeping keeping) = 0;

    /// The ways in which there is a Redis; a given one is as it is, and is called on_disk.
    [[nodiscard]] virtual std::vector<Keeping> keepings() const = 0;

    /// The servers' processes, where they are ours.
    [[nodiscard]] virtual std::optional<pid_t> postgres_pid() = 0;
    [[nodiscard]] virtual std::optional<pid_t> redis_pid(Keeping keeping) = 0;
};

}  // namespace contrail::bench
