#include "testing/faults.hpp"

#include <utility>

namespace contrail::testing {

namespace {

class FaultyBatchReader : public BatchReader {
public:
    FaultyBatchReader(std::unique_ptr<BatchReader> reader, FaultPlan& plan)
        : reader_(std::move(reader)),
          plan_(plan) {}

    void read(std::vector<Record>& chunk, const ChunkLimits& limits) override {
        suffer(plan_, [&] { reader_->read(chunk, limits); });
    }

private:
    std::unique_ptr<BatchReader> reader_;
    FaultPlan& plan_;
};

class FaultyTransaction : public Transaction {
public:
    FaultyTransaction(std::unique_ptr<Transaction> transaction, FaultPlan& plan)
        : transaction_(std::move(transaction)),
          plan_(plan) {}

    [[nodiscard]] std::optional<RecordId> checkpoint() const override { return transaction_->checkpoint(); }
    [[nodiscard]] std::optional<HalfAhead> ahead() const override { return transaction_->ahead(); }
    [[nodiscard]] bool advance(RecordId to) override {
        return suffer(plan_, [&] { return transaction_->advance(to); });
    }
    void park(const DeadLetter& letter) override {
        suffer(plan_, [&] { transaction_->park(letter); });
    }
    [[nodiscard]] bool park_again(RecordId id, const std::string& error) override {
        return suffer(plan_, [&] { return transaction_->park_again(id, error); });
    }
    [[nodiscard]] std::optional<DeadLetter> take_marked() override {
        return suffer(plan_, [&] { return transaction_->take_marked(); });
    }
    void commit() override {
        suffer(plan_, [&] { transaction_->commit(); });
    }
    [[nodiscard]] void* native_handle() noexcept override { return transaction_->native_handle(); }

private:
    std::unique_ptr<Transaction> transaction_;
    FaultPlan& plan_;
};

}  // namespace

std::vector<RegisteredConsumer> FaultyRegistry::consumers() {
    return suffer(plan_, [&] { return registry_.consumers(); });
}

std::vector<RegisteredConsumer> FaultyRegistry::note(const std::map<ConsumerName, ConsumerReport>& reported) {
    return suffer(plan_, [&] { return registry_.note(reported); });
}

bool FaultyRegistry::mark_cut_off(const ConsumerName& consumer, const CutOff& cut_off) {
    return suffer(plan_, [&] { return registry_.mark_cut_off(consumer, cut_off); });
}

bool FaultyRegistry::forget(const ConsumerName& consumer) {
    return suffer(plan_, [&] { return registry_.forget(consumer); });
}

OutboxIdentity FaultyOutbox::identity() {
    return suffer(plan_, [&] { return outbox_.identity(); });
}

bool FaultyOutbox::lead() {
    return suffer(plan_, [&] { return outbox_.lead(); });
}

Batch FaultyOutbox::newest() {
    return suffer(plan_, [&] { return outbox_.newest(); });
}

Batch FaultyOutbox::base() {
    return suffer(plan_, [&] { return outbox_.base(); });
}

std::optional<OpenBatch> FaultyOutbox::next(const Batch& previous) {
    return suffer(plan_, [&] { return outbox_.next(previous); });
}

Rest FaultyOutbox::rest(Clock::Duration wait_max, const std::stop_token& stop) {
    return suffer(plan_, [&] { return outbox_.rest(wait_max, stop); });
}

std::optional<Batch> FaultyOutbox::find(Offset offset) {
    return suffer(plan_, [&] { return outbox_.find(offset); });
}

std::unique_ptr<BatchReader> FaultyOutbox::read(const OpenBatch& batch, Offset from) {
    return std::make_unique<FaultyBatchReader>(suffer(plan_, [&] { return outbox_.read(batch, from); }),
                                               plan_);
}

BatchRun FaultyOutbox::read_run(const Batch& previous, std::uint64_t records_max) {
    BatchRun run = suffer(plan_, [&] { return outbox_.read_run(previous, records_max); });
    if (run.reader) run.reader = std::make_unique<FaultyBatchReader>(std::move(run.reader), plan_);
    return run;
}

Released FaultyOutbox::release(Offset through) {
    return suffer(plan_, [&] { return outbox_.release(through); });
}

std::uint64_t FaultyOutbox::now_ms() {
    return suffer(plan_, [&] { return outbox_.now_ms(); });
}

RecordId FaultyLog::head() {
    return suffer(plan_, [&] { return log_.head(); });
}

LogUsage FaultyLog::usage() {
    return suffer(plan_, [&] { return log_.usage(); });
}

void FaultyLog::append_begin(RecordId expected, std::span<const Record> records) {
    suffer(plan_, [&] { log_.append_begin(expected, records); });
}

RecordId FaultyLog::append_end() {
    return suffer(plan_, [&] { return log_.append_end(); });
}

void FaultyLog::read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) {
    suffer(plan_, [&] { log_.read_begin(after, limits, wait_max); });
}

void FaultyLog::read_end(std::vector<Record>& records) {
    suffer(plan_, [&] { log_.read_end(records); });
}

void FaultyLog::consume_for(const ConsumerOwner& owner) {
    log_.consume_for(owner);  // asks the server nothing
}

void FaultyLog::register_consumer(const ConsumerName& consumer, RecordId position) {
    suffer(plan_, [&] { log_.register_consumer(consumer, position); });
}

void FaultyLog::report_position(const ConsumerName& consumer, RecordId position) {
    suffer(plan_, [&] { log_.report_position(consumer, position); });
}

void FaultyLog::withdraw_position(const ConsumerName& consumer) {
    suffer(plan_, [&] { log_.withdraw_position(consumer); });
}

LogReports FaultyLog::reports() {
    return suffer(plan_, [&] { return log_.reports(); });
}

bool FaultyLog::assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                             const std::optional<RecordId>& position, const std::string& expected) {
    return suffer(plan_, [&] { return log_.assign_owner(consumer, owner, position, expected); });
}

StrayReports FaultyLog::stray_reports() {
    return suffer(plan_, [&] { return log_.stray_reports(); });
}

void FaultyLog::trim(RecordId keep_from) {
    suffer(plan_, [&] { log_.trim(keep_from); });
}

std::optional<OutboxIdentity> FaultyLog::fed_by() {
    return suffer(plan_, [&] { return log_.fed_by(); });
}

RecordId FaultyLog::assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) {
    return suffer(plan_, [&] { return log_.assign_to(outbox, sealed, expected); });
}

void FaultyLog::act_for(const OutboxIdentity& outbox) {
    suffer(plan_, [&] { log_.act_for(outbox); });
}

std::string FaultyLog::incarnation() {
    return suffer(plan_, [&] { return log_.incarnation(); });
}

void FaultyLog::claim(RecordId sealed, const std::string& incarnation) {
    suffer(plan_, [&] { log_.claim(sealed, incarnation); });
}

RecordId FaultyLog::restart(RecordId expected, RecordId head) {
    return suffer(plan_, [&] { return log_.restart(expected, head); });
}

void FaultyLog::mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) {
    suffer(plan_, [&] { log_.mark_cut_off(consumer, cut_off); });
}

std::optional<CutOff> FaultyLog::cut_off(const ConsumerName& consumer) {
    return suffer(plan_, [&] { return log_.cut_off(consumer); });
}

std::optional<RecordId> FaultyLog::first_after(RecordId id) {
    return suffer(plan_, [&] { return log_.first_after(id); });
}

std::map<ConsumerName, CutOff> FaultyLog::cut_offs() {
    return suffer(plan_, [&] { return log_.cut_offs(); });
}

void FaultyLog::forget(const ConsumerName& consumer) {
    suffer(plan_, [&] { log_.forget(consumer); });
}

std::unique_ptr<Transaction> FaultyCheckpoints::begin(const ConsumerSegment& part) {
    return std::make_unique<FaultyTransaction>(suffer(plan_, [&] { return checkpoints_.begin(part); }),
                                               plan_);
}

ConsumerOwner FaultyCheckpoints::owner() {
    return suffer(plan_, [&] { return checkpoints_.owner(); });
}

std::optional<RecordId> FaultyCheckpoints::least(const ConsumerName& consumer) {
    return suffer(plan_, [&] { return checkpoints_.least(consumer); });
}

bool FaultyCheckpoints::has_marked(const ConsumerSegment& part) {
    return suffer(plan_, [&] { return checkpoints_.has_marked(part); });
}

}  // namespace contrail::testing
