#include "postgres/connection.hpp"

#include <utility>

#include "postgres/connect.hpp"

namespace contrail::postgres {

Connection::Connection(std::string url, std::string_view role, const Waits& waits, SetUp set_up)
    : url_(std::move(url)),
      application_name_("contrail " + std::string(role)),
      waits_(waits),
      set_up_(std::move(set_up)) {}

void Connection::open() {
    if (connection_) return;
    connection_ = connect(url_, application_name_, waits_.connect_max);
    try {
        set_up_(*this);
    } catch (...) {
        close();
        throw;
    }
}

void Connection::close() noexcept {
    prepared_.clear();
    connection_.reset();
}

Result Connection::execute(const Statement& statement, const std::vector<SqlValue>& values) {
    return closing_on_error([&] {
        open();
        prepare(statement);
        return begin(statement.attempt).run_prepared(statement.name, values);
    });
}

Result Connection::run(const Attempt& attempt, const std::string& statement,
                       const std::vector<SqlValue>& values) {
    return closing_on_error([&] { return begin(attempt).run(statement, values); });
}

Result Connection::run(const Attempt& attempt, const std::string& statements) {
    return closing_on_error([&] { return begin(attempt).run(statements); });
}

Exchange Connection::begin(const Attempt& attempt) {
    open();
    return {native(), attempt, attempt.walks_a_batch ? waits_.batch_max : waits_.answer_max};
}

template <class Step>
Result Connection::closing_on_error(Step step) {
    try {
        return step();
    } catch (...) {
        close();
        throw;
    }
}

/// Preparing changes no data, so a lost answer leaves no doubt.
void Connection::prepare(const Statement& statement) {
    if (prepared_.contains(statement.name)) return;
    Exchange(native(), {.what = statement.attempt.what}, waits_.answer_max)
        .prepare(statement.name, statement.text);
    prepared_.insert(statement.name);
}

}  // namespace contrail::postgres
