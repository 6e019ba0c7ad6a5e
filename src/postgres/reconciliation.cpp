#include "contrail/reconciliation.hpp"

#include <string>

#include "postgres/connection.hpp"
#include "postgres/identity.hpp"
#include "postgres/reconciliation_statements.hpp"
#include "postgres/schema.hpp"

namespace contrail {

namespace {

// An attempt fails when a streamer seals within the same statement. So many in a row are not bad luck.
constexpr int attempts_max = 20;

constexpr postgres::Attempt find_last{"find the last record of a reconciliation"};
constexpr postgres::Attempt seal{"seal the last batch of a reconciliation", postgres::Effect::transaction,
                                 true};
constexpr postgres::Attempt begin_query{
    .what = "begin to query the tables", .effect = postgres::Effect::transaction, .for_service = true};
// A repeat seals another batch. The streamer sends the one that was committed like any other.
constexpr postgres::Attempt commit{"commit the last batch of a reconciliation"};

}  // namespace

struct Reconciliation::Sessions {
    explicit Sessions(const Settings& settings)
        : schema(postgres::quoted_schema(settings.schema)),
          statements(schema),
          sealing(settings.database_url, "reconcile: seal", {},
                  [this](postgres::Connection& connection) {
                      require_schema(connection, schema);
                      require_own(identity(connection, schema), connection, schema);
                  }),
          querying(settings.database_url, "reconcile: query", {}, [](postgres::Connection&) {}) {}

    /// Returns the id of the last record that is visible in the snapshot of both transactions.
    RecordId begin() {
        for (int attempt = 1;; ++attempt) {
            try {
                return try_to_begin();
            } catch (const Error& error) {
                if (error.retry() != Retry::transaction || attempt == attempts_max) throw;
            }
        }
    }

    std::string schema;
    postgres::ReconciliationStatements statements;
    postgres::Connection sealing;
    postgres::Connection querying;

private:
    RecordId try_to_begin() {
        querying.close();
        querying.open();  // First, because the streamer waits from the seal to its commit.
        sealing.run(find_last, statements.begin);
        const postgres::Result sealed = sealing.run(seal, statements.seal);
        if (sealed.rows() == 0) throw_no_batches();
        querying.run(begin_query, postgres::ReconciliationStatements::begin_querying(sealed.text(0, 0)));
        sealing.run(commit, "COMMIT");
        sealing.close();
        return {static_cast<std::uint64_t>(sealed.integer(0, 1)),
                {static_cast<std::uint64_t>(sealed.integer(0, 2))}};
    }

    [[noreturn]] void throw_no_batches() const {
        throw Error(Retry::never, "Cannot reconcile with " + postgres::describe(sealing.native()) + ": " +
                                      schema +
                                      ".batches is empty. It always holds at least one row, so rows were "
                                      "deleted. Restore the database.");
    }
};

Reconciliation::Reconciliation(const Settings& settings, std::chrono::milliseconds query_wait_max)
    : sessions_(std::make_unique<Sessions>(settings)),
      last_id_(sessions_->begin()),
      query_wait_max_(query_wait_max) {}

Reconciliation::~Reconciliation() = default;

Sql Reconciliation::sql() {
    return Sql(sessions_->querying.native(), query_wait_max_);
}

}  // namespace contrail
