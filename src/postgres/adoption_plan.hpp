#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "postgres/adopt.hpp"
#include "postgres/adoption_statements.hpp"
#include "postgres/connection.hpp"
#include "postgres/identity.hpp"
#include "postgres/outbox_statements.hpp"

namespace contrail::postgres {

/// Compares an outbox with its log, and plans how the outbox can continue after the log.
///
/// Three witnesses know a part of the past: the outbox (what was sealed), the log (what was sent) and the
/// consumers' positions (what was applied). Each may be older than the others, and a dump or a failover may
/// have brought a different past. The plan keeps every record that no other witness has seen, and gives no
/// offset that a consumer may have seen to another record.
///
/// Works inside the transaction that is open on `connection`; used once. `connection` and `log` must outlive
/// this object.
class AdoptionPlanner {
public:
    AdoptionPlanner(Connection& connection, const std::string& quoted_schema, std::string stream, Log& log);

    /// If there is a reason to adopt, this leaves the records to keep in the temporary table of
    /// AdoptionStatements::take().
    Adoption plan();

private:
    /// What the log holds under an id.
    enum class Entry { none, record, foreign };

    void read_batches();
    /// The batch in the first row. Throws Error if there is none.
    [[nodiscard]] Batch batch_in(const Result& result);
    [[nodiscard]] Batch counted(const OpenBatch& batch);
    void read_positions();
    void add_position(const ConsumerName& consumer, RecordId position);
    void read_identity();
    [[nodiscard]] std::string reason(RecordId head);
    [[nodiscard]] std::string identity_reason() const;
    [[nodiscard]] std::string contradiction(RecordId id);
    [[nodiscard]] RecordId place_after(RecordId head) const;
    [[nodiscard]] Offset sent_through(const Adoption& adoption);
    /// 0-0 if no batch holds the offset: batches that came with a dump may leave a gap after the base.
    [[nodiscard]] RecordId sealed_id(Offset offset);
    [[nodiscard]] bool was_in_log(RecordId id);
    [[nodiscard]] bool is_foreign(RecordId head);
    [[nodiscard]] bool is_behind_a_gap(RecordId head);
    [[nodiscard]] bool lost_commits() const;
    [[nodiscard]] Entry entry_at(RecordId id);
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

    Identity identity_;
    std::optional<OutboxIdentity> fed_by_;
    Batch base_;
    Batch newest_;
    LogUsage usage_;
    bool lacks_end_ = false;    ///< The log's last records, up to its head, are not in it.
    bool is_restored_ = false;  ///< From a dump: transaction ids of restored rows mean nothing here.
    std::map<ConsumerName, RecordId> positions_;  ///< The best known one of each consumer.
    std::vector<RecordId> applied_;               ///< All positions, from every source.
};

}  // namespace contrail::postgres
