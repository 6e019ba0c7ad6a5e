#include "postgres/connection.hpp"

#include <utility>

#include "postgres/cancel.hpp"
#include "postgres/connect.hpp"
#include "postgres/pinned_settings.hpp"
#include "postgres/pooler.hpp"

namespace contrail::postgres {

Connection::Connection(std::string url, std::string_view role, const Waits& waits, SetUp set_up)
    : url_(std::move(url)),
      application_name_("contrail " + std::string(role)),
      waits_(waits),
      set_up_(std::move(set_up)) {}

void Connection::open() {
    if (connection_) return;
    connection_ = connect(url_, application_name_, waits_.connect_max, acquaintance_);
    try {
        set_up_(*this);
        acquaintance_ = Acquaintance::known;
    } catch (...) {
        close();
        throw;
    }
}

void Connection::close() noexcept {
    prepared_.clear();
    is_pinned_ = false;
    if (connection_) cancel_statement(connection_.get());
    connection_.reset();
}

void Connection::own_session() {
    closing_on_error([&] {
        open();
        if (pooler_before(*this, url_) == Pooler::shares_sessions) throw shared_session_error(native());
        Result result =
            begin({"set up the session"}).run(pinned_session(PQserverVersion(native()), lock_wait_max()));
        is_pinned_ = true;
        return result;
    });
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
    return closing_on_error([&] {
        open();
        if (!begins_unpinned(attempt)) return begin(attempt).run(statement, values);
        begin({.what = attempt.what}).run("BEGIN; " + pinned_transaction(lock_wait_max()));
        Result result = begin(attempt).run(statement, values);
        begin(attempt).run("COMMIT");
        return result;
    });
}

Result Connection::run(const Attempt& attempt, const std::string& statements) {
    return closing_on_error([&] {
        open();
        // One message is one transaction, also where the statements do not begin one.
        return begin(attempt).run(begins_unpinned(attempt) ? pinned_transaction(lock_wait_max()) + statements
                                                           : statements);
    });
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

/// True if a transaction has to be begun for the attempt, in a session whose settings are not ours.
bool Connection::begins_unpinned(const Attempt& attempt) const {
    return !is_pinned_ && !attempt.for_service && PQtransactionStatus(native()) == PQTRANS_IDLE;
}

/// Preparing changes no data, so a lost answer leaves no doubt.
void Connection::prepare(const Statement& statement) {
    if (prepared_.contains(statement.name)) return;
    Exchange(native(), {.what = statement.attempt.what}, waits_.answer_max)
        .prepare(statement.name, statement.text);
    prepared_.insert(statement.name);
}

}  // namespace contrail::postgres
