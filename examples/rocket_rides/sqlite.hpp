#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// As much of SQLite as the warehouse needs. Every call throws contrail::Error: Retry::call if the failure
/// may pass by itself (another program holds the file, the disk is full), else Retry::never. Nothing is
/// thread-safe.
namespace rocket_rides::sqlite {

/// An open file. It waits up to five seconds for a lock that another program holds.
class Database {
public:
    /// `flags`: SQLITE_OPEN_READONLY, say.
    Database(const std::filesystem::path& file, int flags);

    /// Runs any number of statements.
    void run(const std::string& statements);

    /// False if the file was deleted, moved away or replaced since it was opened.
    [[nodiscard]] bool in_its_place();

    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
    [[nodiscard]] sqlite3* native() const noexcept { return connection_.get(); }

    /// Throws unless `code` is SQLITE_OK. `doing` completes "Cannot …".
    void require_ok(int code, const std::string& doing) const;

private:
    std::filesystem::path file_;
    std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)> connection_{nullptr, &sqlite3_close_v2};
};

/// A prepared statement. Parameters count from 1 (?1), columns from 0. `database` must outlive it.
class Statement {
public:
    Statement(Database& database, std::string_view text);

    /// Runs it to its end, without its rows.
    template <class... Values>
    void execute(const Values&... values) {
        begin(values...);
        while (step()) continue;
    }

    /// Begins to run it; step() then gets its rows, one by one.
    template <class... Values>
    void begin(const Values&... values) {
        sqlite3_reset(native());
        [[maybe_unused]] int parameter = 0;
        (bind(++parameter, values), ...);
    }

    /// True: the functions below read a row. False: there are no more.
    bool step();

    [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(native(), column); }
    [[nodiscard]] double real(int column) const { return sqlite3_column_double(native(), column); }
    /// Valid until the next step(). Empty for NULL.
    [[nodiscard]] std::string_view text(int column) const;

    [[nodiscard]] sqlite3_stmt* native() const noexcept { return statement_.get(); }

private:
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, std::string_view value);
    void bind(int parameter, std::optional<double> value);

    Database& database_;
    std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement_{nullptr, &sqlite3_finalize};
};

/// Rolled back by its destructor, unless it was committed.
class Transaction {
public:
    /// `begin`: "BEGIN" to read the state of one moment; "BEGIN IMMEDIATE" to be the only one that writes.
    Transaction(Database& database, const char* begin) : database_(database) { database_.run(begin); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void commit() { database_.run("COMMIT"); }

private:
    Database& database_;
};

}  // namespace rocket_rides::sqlite
