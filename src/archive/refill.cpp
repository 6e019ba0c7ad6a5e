#include "archive/refill.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "contrail/error.hpp"

namespace contrail::archive {

namespace {

constexpr ChunkLimits chunk{.records_max = 1'000, .bytes_max = 1 << 20};

/// The last record that every consumer has applied; nothing if there is no consumer that may go on.
std::optional<RecordId> applied_by_all(ConsumerRegistry& registry) {
    std::optional<RecordId> least;
    for (const RegisteredConsumer& consumer : registry.consumers())
        if (!consumer.cut_off) least = std::min(least.value_or(consumer.position), consumer.position);
    return least;
}

[[noreturn]] void throw_lacking(const ArchiveReader& archive, RecordId after, RecordId last) {
    const auto text = [](const std::optional<RecordId>& id) { return id ? id->to_string() : "none"; };
    throw Error(Retry::never,
                "Cannot fill the log from the archive in " + archive.folder().path().string() +
                    ": the log needs the records after " + after.to_string() + " up to " + last.to_string() +
                    ", and the archive holds " + text(archive.first()) + " to " + text(archive.last()) +
                    ". Nothing was changed. Restore the archive's other files, or reset or forget the "
                    "consumers that need older records (`contrail consumer list`).");
}

void require_outbox_of(const ArchiveReader& archive, const OutboxIdentity& outbox) {
    const OutboxIdentity& archived = archive.identity().outbox;
    if (archived.id == outbox.id) return;
    throw Error(Retry::never, "Cannot fill the log from the archive in " + archive.folder().path().string() +
                                  ": its records come from " + archived.name + ", and " + outbox.name +
                                  " feeds this log. Nothing was changed. Name the archive of this log.");
}

[[noreturn]] void throw_moved(RecordId expected, RecordId head) {
    throw Error(Retry::call,
                "The log moved on from " + expected.to_string() + " to " + head.to_string() +
                    " while it was filled from the archive: a streamer works. Stop it, and run this again.");
}

}  // namespace

std::optional<Refill> plan_refill(Outbox& outbox, Log& log, ArchiveReader& archive) {
    const OutboxIdentity identity = outbox.identity();
    require_outbox_of(archive, identity);
    log.act_for(identity);
    const LogUsage usage = log.usage();
    const RecordId last = outbox.base().last_id();
    if (usage.head.offset >= last.offset) return std::nullopt;
    // What a log still holds stays. An empty one begins where the slowest consumer goes on.
    RecordId after = usage.head;
    if (usage.records == 0)
        after = std::max(after, std::min(last, applied_by_all(outbox.registry()).value_or(last)));
    if (after == last) return std::nullopt;
    const bool begins_in_time = archive.first() && archive.first()->offset <= after.offset.next();
    if (!begins_in_time || archive.last()->offset < last.offset) throw_lacking(archive, after, last);
    return Refill{usage.head, after, last};
}

void execute(const Refill& refill, Outbox& outbox, Log& log, ArchiveReader& archive) {
    if (!outbox.lead())
        throw Error(
            Retry::call,
            "Cannot fill the log from the archive while a streamer leads. Stop `contrail stream`, and run this "
            "again. Nothing was changed.");
    const std::string incarnation = log.incarnation();
    log.claim(outbox.newest().last_id(), incarnation);
    RecordId head = refill.head;
    if (refill.after != head) head = log.restart(refill.head, refill.after);  // it empties the log
    if (head != refill.after) throw_moved(refill.after, head);
    std::vector<Record> records;
    while (head.offset < refill.last.offset) {
        archive.read(head, chunk, records);
        std::erase_if(records, [&](const Record& record) { return record.id.offset > refill.last.offset; });
        if (records.empty() || records.front().id.offset != head.offset.next())
            throw_lacking(archive, head, refill.last);
        log.append_begin(head, records);
        head = records.back().id;
        if (const RecordId found = log.append_end(); found != head) throw_moved(head, found);
    }
}

}  // namespace contrail::archive
