#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "postgres/handles.hpp"

namespace contrail::postgres {

/// True if the statement began a COPY. libpq gives that result again and again until the data are dealt with.
inline bool is_copy(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH;
}

/// The answer to a statement. Rows and columns count from 0, and must be there.
class Result {
public:
    explicit Result(ResultHandle result) : result_(std::move(result)) {}

    [[nodiscard]] int rows() const { return PQntuples(result_.get()); }
    [[nodiscard]] int columns() const { return PQnfields(result_.get()); }

    [[nodiscard]] bool is_null(int row, int column) const {
        return PQgetisnull(result_.get(), row, column) == 1;
    }
    /// Lives as long as the result.
    [[nodiscard]] std::string_view text(int row, int column) const {
        const int length = PQgetlength(result_.get(), row, column);
        return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(length)};
    }
    /// Nothing for a null. Lives as long as the result.
    [[nodiscard]] std::optional<std::string_view> optional_text(int row, int column) const {
        return is_null(row, column) ? std::nullopt : std::optional(text(row, column));
    }
    [[nodiscard]] std::int64_t integer(int row, int column) const {
        return std::stoll(std::string(text(row, column)));
    }
    [[nodiscard]] bool boolean(int row, int column) const { return text(row, column) == "t"; }

    [[nodiscard]] bool is_copy() const { return postgres::is_copy(result_.get()); }
    /// `COMMIT`, `INSERT 0 1` …
    [[nodiscard]] std::string_view command() const { return PQcmdStatus(result_.get()); }

private:
    ResultHandle result_;
};

}  // namespace contrail::postgres
