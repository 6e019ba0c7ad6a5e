#include "mutants/mutant.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "mutants/checkpoints.hpp"
#include "mutants/outboxes.hpp"
#include "testing/memory_outbox.hpp"
#include "thing.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

/// Appends wherever the ids would rise, which is all that XADD itself asks for.
class BlindLog : public testing::MemoryLog {
public:
    explicit BlindLog(testing::MemoryLogServer& server) : MemoryLog(server), server_(server) {}

    void append_begin(RecordId expected, std::span<const Record> records) override {
        const bool rises = records.front().id > server_.head;
        MemoryLog::append_begin(rises ? server_.head : expected, records);
    }

private:
    testing::MemoryLogServer& server_;
};

/// Appends action, object and data, and nothing else.
class BareLog : public testing::MemoryLog {
public:
    using MemoryLog::MemoryLog;

    void append_begin(RecordId expected, std::span<const Record> records) override {
        std::vector<Record> bare;
        for (const Record& record : records)
            bare.push_back({record.id, record.action, record.object, record.data});
        MemoryLog::append_begin(expected, bare);
    }
};

/// Trims to the last few records, although consumers need those before.
class LogTrimmedByCount : public testing::MemoryLog {
public:
    explicit LogTrimmedByCount(testing::MemoryLogServer& server) : MemoryLog(server), server_(server) {}

    void trim(RecordId /*keep_from*/) override {
        constexpr std::size_t kept = 5;
        const auto& records = server_.records;
        if (records.size() > kept) server_.trim(records[records.size() - kept].id);
    }

private:
    testing::MemoryLogServer& server_;
};

/// Learns of a consumer when it has committed for the first time.
class RegistersLate : public testing::MemoryLog {
public:
    using MemoryLog::MemoryLog;

    void register_consumer(const ConsumerName& /*consumer*/, RecordId /*position*/) override {}

    void report_position(const ConsumerName& consumer, RecordId position) override {
        if (position != RecordId{}) MemoryLog::report_position(consumer, position);
    }
};

/// Takes every outbox for the one that feeds the log.
class NamesNoOutbox : public testing::MemoryLog {
public:
    explicit NamesNoOutbox(testing::MemoryLogServer& server) : MemoryLog(server), server_(server) {}

    void act_for(const OutboxIdentity& /*outbox*/) override { pretend(); }
    void claim(RecordId sealed, const std::string& incarnation) override {
        pretend();
        MemoryLog::claim(sealed, incarnation);
    }
    void append_begin(RecordId expected, std::span<const Record> records) override {
        pretend();
        MemoryLog::append_begin(expected, records);
    }
    RecordId restart(RecordId expected, RecordId head) override {
        pretend();
        return MemoryLog::restart(expected, head);
    }
    void trim(RecordId keep_from) override {
        pretend();
        MemoryLog::trim(keep_from);
    }

private:
    void pretend() { set_outbox(server_.fed_by.id.empty() ? OutboxIdentity{"1", "any"} : server_.fed_by); }

    testing::MemoryLogServer& server_;
};

/// Takes every database for the owner of a consumer's name.
class NamesNoOwner : public testing::MemoryLog {
public:
    explicit NamesNoOwner(testing::MemoryLogServer& server) : MemoryLog(server), server_(server) {}

    void register_consumer(const ConsumerName& consumer, RecordId position) override {
        server_.owners.erase(consumer);
        MemoryLog::register_consumer(consumer, position);
    }
    void report_position(const ConsumerName& consumer, RecordId position) override {
        server_.owners.erase(consumer);
        MemoryLog::report_position(consumer, position);
        server_.owners.erase(consumer);
    }
    LogReports reports() override { return {server_.positions, {}}; }

private:
    testing::MemoryLogServer& server_;
};

/// Tells that the log holds all that its outbox has sealed, whatever it lost.
class BelievesItsHead : public testing::MemoryLog {
public:
    using MemoryLog::MemoryLog;

    LogUsage usage() override {
        LogUsage usage = MemoryLog::usage();
        usage.sealed = usage.head;
        return usage;
    }
};

/// Shows of its head what the outbox has sealed, and takes what follows that.
class HidesRecords : public testing::MemoryLog {
public:
    explicit HidesRecords(World& world) : MemoryLog(world.log), world_(world) {}

    RecordId head() override {
        const RecordId head = MemoryLog::head();
        const RecordId sealed = testing::MemoryOutbox(world_.database).newest().last_id();
        hidden_ = head > sealed ? std::optional(head) : std::nullopt;
        return std::min(head, sealed);
    }
    void append_begin(RecordId expected, std::span<const Record> records) override {
        MemoryLog::append_begin(std::exchange(hidden_, std::nullopt).value_or(expected), records);
    }

private:
    World& world_;
    std::optional<RecordId> hidden_;
};

}  // namespace

std::unique_ptr<testing::MemoryLog> make_log(World& world) {
    if (world.mutant == Mutant::blind_append) return std::make_unique<BlindLog>(world.log);
    if (world.mutant == Mutant::bare_append) return std::make_unique<BareLog>(world.log);
    if (world.mutant == Mutant::trim_by_count) return std::make_unique<LogTrimmedByCount>(world.log);
    if (world.mutant == Mutant::late_registration) return std::make_unique<RegistersLate>(world.log);
    if (world.mutant == Mutant::no_identity_check) return std::make_unique<NamesNoOutbox>(world.log);
    if (world.mutant == Mutant::two_owners) return std::make_unique<NamesNoOwner>(world.log);
    if (world.mutant == Mutant::believed_empty_head) return std::make_unique<BelievesItsHead>(world.log);
    if (world.mutant == Mutant::hidden_records) return std::make_unique<HidesRecords>(world);
    return std::make_unique<testing::MemoryLog>(world.log);
}

std::unique_ptr<Outbox> make_outbox(Process& process) {
    switch (process.world.mutant) {
        case Mutant::send_before_seal:
            return std::make_unique<SendsBeforeSeal>(process);
        case Mutant::lazy_seal:
            return std::make_unique<SealsLazily>(process);
        case Mutant::delete_by_id:
            return std::make_unique<DeletesById>(process);
        case Mutant::redrawn_ids:
            return std::make_unique<RedrawsIds>(process);
        case Mutant::foreign_clock:
            return std::make_unique<TellsForeignTime>(process);
        default:
            return std::make_unique<LeadingOutbox>(process);
    }
}

std::unique_ptr<Checkpoints> make_checkpoints(Process& process) {
    switch (process.world.mutant) {
        case Mutant::split_checkpoint:
            return std::make_unique<SplitCheckpoints>(process);
        case Mutant::blind_checkpoint:
            return std::make_unique<BlindCheckpoints>(process);
        case Mutant::blind_to_ahead:
            return std::make_unique<CheckpointsBlindToAhead>(process);
        case Mutant::claim_decides:
            return std::make_unique<ClaimedCheckpoints>(process);
        default:
            return std::make_unique<SessionCheckpoints>(process);
    }
}

std::string key_for(const World& world, Segment segment, const Record& record) {
    const std::string thing = thing_of(ride_from(record.data));
    return world.mutant == Mutant::split_changes_hash && segment.count >= 4 ? thing + '!' : thing;
}

void split(World& world, const testing::MemoryDatabase::CheckpointKey& key, std::uint32_t count) {
    world.database.split(key, count);
    if (world.mutant != Mutant::split_loses_place) return;
    const RecordId place = world.database.segments(key)[count].checkpoint;
    testing::MemoryTransaction transaction(world.database);
    if (transaction.advance_checkpoint(key, place, std::max(place, world.log.head), {count, 2 * count}))
        transaction.commit();
}

void merge(World& world, const testing::MemoryDatabase::CheckpointKey& key, std::uint32_t count) {
    world.database.merge(key, count);
    if (world.mutant != Mutant::merge_forgets_ahead) return;
    for (std::uint32_t number = 0; number < count / 2; ++number) {
        const RecordId place = world.database.segments(key)[number].checkpoint;
        testing::MemoryTransaction transaction(world.database);
        if (transaction.advance_checkpoint(key, place, place, {number, count / 2})) transaction.commit();
    }
}

bool is_to_be_counted(const World& world, const ConsumerName& consumer,
                      testing::MemoryTransaction& transaction, const Record& record) {
    if (world.mutant != Mutant::serial_dedupe) return true;
    const std::string last_serial = consumer.str() + "/last serial";
    const auto after_last = static_cast<double>(ride_from(record.data).serial + 1);
    if (after_last <= transaction.value(last_serial)) return false;
    transaction.set_value(last_serial, after_last);
    return true;
}

void lose_what_was_not_flushed(World& world) {
    auto& batches = world.database.batches;
    if (world.mutant != Mutant::lazy_seal || batches.size() == 1) return;
    if (world.commits_at_last_seal == world.database.commits()) batches.pop_back();
}

}  // namespace contrail::simulation
