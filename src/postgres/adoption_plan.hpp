#pragma once

#include <map>
#include <string>
#include <vector>

#include "postgres/adopt.hpp"
#include "postgres/adoption_statements.hpp"
#include "postgres/connection.hpp"
#include "postgres/outbox_statements.hpp"

namespace contrail::postgres {

/// Compares an outbox with its log, inside an open transaction; used once. `connection` and `log` must
/// outlive it.
class AdoptionPlanner {
public:
    AdoptionPlanner(Connection& connection, const std::string& quoted_schema, std::string stream, Log& log);

    /// Leaves the records that are kept in the temporary table of AdoptionStatements::take(), if there is a
    /// reason to adopt.
    Adoption plan();

private:
    /// In the log, under an id.
    enum class Found { nothing, record, no_record };

    void look_at_batches();
    void look_at_consumers();
    void note(const ConsumerName& consumer, RecordId position);
    [[nodiscard]] std::string reason(RecordId head);
    [[nodiscard]] std::string contradiction(RecordId id);
    [[nodiscard]] RecordId place_after(RecordId head) const;
    [[nodiscard]] Offset sent_through(const Adoption& adoption);
    [[nodiscard]] RecordId sealed_id(Offset offset);
    [[nodiscard]] bool was_in_log(RecordId id);
    [[nodiscard]] bool is_no_record(RecordId head);
    [[nodiscard]] Found look_up(RecordId id);
    [[nodiscard]] bool was_applied(RecordId id) const;
    void take_records(Adoption& adoption);
    [[nodiscard]] std::string first_staged_here();
    void list_consumers(Adoption& adoption);

    Connection& connection_;
    AdoptionStatements statements_;
    OutboxStatements outbox_;
    std::string schema_;
    std::string stream_;
    Log& log_;

    Batch base_;
    Batch newest_;
    LogUsage usage_;
    bool is_restored_ = false;  ///< From a dump, in another cluster.
    std::map<ConsumerName, RecordId> positions_;
    std::vector<RecordId> applied_;  ///< Every consumer's position, wherever it is known from.
};

}  // namespace contrail::postgres
