#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "warehouse/sqlite/database.hpp"

namespace rocket_rides::sqlite {

/// A prepared statement. Parameters count from 1 (?1), columns from 0.
///
/// Errors   Every call throws contrail::Error; see require_ok(). The statement is of use again afterwards.
/// Threads  Not thread-safe.
class Statement {
public:
    /// `text`: one statement. `database` must outlive it.
    Statement(Database& database, std::string_view text);

    /// Runs it with these values, and throws its rows away.
    template <typename... Values>
    void execute(const Values&... values) {
        begin(values...);
        while (step()) continue;
    }

    /// Gives it these values; step() then gets its rows, one by one.
    template <typename... Values>
    void begin(const Values&... values) {
        sqlite3_reset(native());  // tells again what step() threw, if it did
        [[maybe_unused]] int parameter = 0;
        (bind(++parameter, values), ...);
    }

    /// True: there is a row, for the functions below. False: there are no more, and the statement is reset.
    bool step();

    [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(native(), column); }
    [[nodiscard]] double real(int column) const { return sqlite3_column_double(native(), column); }
    /// Valid until the next step(). Empty where it is NULL.
    [[nodiscard]] std::string_view text(int column) const;

    [[nodiscard]] sqlite3_stmt* native() const noexcept { return statement_.get(); }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };

    void bind(int parameter, std::int64_t value);
    void bind(int parameter, std::string_view value);
    void bind(int parameter, double value);
    /// Nothing is NULL.
    void bind(int parameter, std::optional<double> value);
    void require_ok(int code) const;

    Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace rocket_rides::sqlite
