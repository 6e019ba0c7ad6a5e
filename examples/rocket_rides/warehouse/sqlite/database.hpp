#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>

namespace rocket_rides::sqlite {

/// An open SQLite file.
///
/// Errors   Every call throws contrail::Error; see require_ok(). What another program holds is waited for,
///          for five seconds.
/// Threads  Not thread-safe. Any number of processes may have a file open.
class Database {
public:
    enum class Mode {
        read_only,
        read_write,  ///< The file must be there.
        create,      ///< As read_write; a file that is not there is made.
    };

    Database(const std::filesystem::path& file, Mode mode);

    /// Runs any number of statements, without their rows.
    void run(const std::string& statements);

    /// How many rows the last statement has changed.
    [[nodiscard]] int changes() const { return sqlite3_changes(connection_.get()); }

    /// True if `file` is not the one that was opened any more: it was deleted, or another put in its place.
    [[nodiscard]] bool moved();

    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
    [[nodiscard]] sqlite3* native() const noexcept { return connection_.get(); }

private:
    struct Close {
        /// Statements that are still there keep what they need.
        void operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
    };

    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace rocket_rides::sqlite
