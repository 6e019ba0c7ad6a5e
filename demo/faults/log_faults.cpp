#include <fmt/format.h>

#include "contrail/error.hpp"
#include "contrail/open_log.hpp"
#include "contrail/postgres.hpp"
#include "demo/faults/kinds.hpp"
#include "demo/faults/system.hpp"

namespace demo {

namespace {

using contrail::Batch;
using contrail::Outbox;
using contrail::RecordId;

/// The id of the record before a batch.
RecordId id_before(Outbox& outbox, const Batch& batch) {
    const contrail::Offset before = batch.first.previous();
    if (before == contrail::Offset{}) return {};
    const std::optional<Batch> held = outbox.find(before);
    return {held.value_or(outbox.base()).sealed_ms, before};
}

/// As a streamer does that crashed after it sent, or that froze and woke up.
Injection send_twice(System& system, Random&) {
    const auto outbox = contrail::postgres_outbox(system.direct);
    const Batch batch = outbox->newest();
    if (batch.last == outbox->base().last)
        throw contrail::Error(contrail::Retry::call,
                              "The outbox holds no batch that could be sent twice. Wait for rides.");
    const RecordId before = id_before(*outbox, batch);
    std::vector<contrail::Record> records;
    outbox->read(batch, batch.first)->read(records, {});
    const auto log = contrail::open_log(system.direct);
    log->act_for(outbox->identity());
    log->append_begin(before, records);
    const RecordId head = log->append_end();
    return {.what = fmt::format("sent the newest batch ({} records) a second time; the log's head stays {}",
                                records.size(), head.to_string()),
            .repair = "",
            .momentary = true};
}

}  // namespace

std::vector<Fault> log_faults() {
    return {{.name = "send-twice",
             .target = Target::both_servers,
             .does = "appends the newest batch of the outbox to the log a second time",
             .ends = "the log refuses the repeat",
             .inject = send_twice,
             .obstacle = [](const System&) { return std::nullopt; }}};
}

}  // namespace demo
