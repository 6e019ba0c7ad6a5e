#include "network_log.hpp"

#include <utility>

#include "connection.hpp"
#include "world.hpp"

namespace contrail::simulation {

NetworkLog::NetworkLog(Process& process) : process_(process), connection_(process.world.network.connect()) {}

NetworkLog::~NetworkLog() {
    process_.world.network.abandon(connection_);
}

void NetworkLog::reconnect() {
    process_.world.network.abandon(connection_);
    connection_ = process_.world.network.connect();
    connection_->server().set_outbox(outbox_);
    connection_->server().consume_for(owner_);
}

/// What is not pipelined is asked and answered at once, after what was sent before it.
testing::MemoryLog& NetworkLog::server_after_what_is_on_the_way() {
    connection_->deliver_all();
    throw_refusal();
    return connection_->server();
}

/// What refuses a report reaches the caller with the next answer.
void NetworkLog::throw_refusal() {
    if (const auto refusal = std::exchange(connection_->refusal, std::nullopt)) throw Error(*refusal);
}

void NetworkLog::act_for(const OutboxIdentity& outbox) {
    outbox_ = outbox;
    server_after_what_is_on_the_way().act_for(outbox);
}

std::string NetworkLog::incarnation() {
    return server_after_what_is_on_the_way().incarnation();
}

void NetworkLog::claim(RecordId sealed, const std::string& incarnation) {
    server_after_what_is_on_the_way().claim(sealed, incarnation);
}

std::optional<OutboxIdentity> NetworkLog::fed_by() {
    return server_after_what_is_on_the_way().fed_by();
}

RecordId NetworkLog::assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) {
    return server_after_what_is_on_the_way().assign_to(outbox, sealed, expected);
}

RecordId NetworkLog::head() {
    testing::MemoryLog& server = server_after_what_is_on_the_way();
    connection_->appended.clear();
    return server.head();
}

LogUsage NetworkLog::usage() {
    return server_after_what_is_on_the_way().usage();
}

void NetworkLog::append_begin(RecordId expected, std::span<const Record> records) {
    connection_->send(Connection::Append{expected, {records.begin(), records.end()}});
}

RecordId NetworkLog::append_end() {
    if (connection_->appended.empty()) connection_->deliver_all();
    const RecordId head = connection_->appended.front();
    connection_->appended.pop_front();
    return head;
}

void NetworkLog::read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds) {
    connection_->forget_reads();
    connection_->send(Connection::Read{after, limits});
}

void NetworkLog::read_end(std::vector<Record>& records) {
    // It waits for records, though not for ever.
    if (!connection_->read) process_.sleep(process_.world.random.between(1, process_.world.plan.pause_max));
    if (!connection_->read) connection_->deliver_all();
    throw_refusal();
    records = std::move(*connection_->read);
    connection_->read.reset();
}

void NetworkLog::consume_for(const ConsumerOwner& owner) {
    owner_ = owner;
    connection_->server().consume_for(owner);
}

void NetworkLog::register_consumer(const ConsumerName& consumer, RecordId position) {
    server_after_what_is_on_the_way().register_consumer(consumer, position);
}

void NetworkLog::report_position(const ConsumerName& consumer, RecordId position) {
    connection_->send(Connection::Position{consumer, position});
}

void NetworkLog::withdraw_position(const ConsumerName& consumer) {
    server_after_what_is_on_the_way().withdraw_position(consumer);
}

LogReports NetworkLog::reports() {
    return server_after_what_is_on_the_way().reports();
}

bool NetworkLog::assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                              const std::optional<RecordId>& position, const std::string& expected) {
    return server_after_what_is_on_the_way().assign_owner(consumer, owner, position, expected);
}

StrayReports NetworkLog::stray_reports() {
    return server_after_what_is_on_the_way().stray_reports();
}

void NetworkLog::trim(RecordId keep_from) {
    testing::MemoryLog& server = server_after_what_is_on_the_way();
    const std::size_t before = process_.world.log.records.size();
    server.trim(keep_from);
    if (process_.world.log.records.size() < before) process_.world.happened(Happened::log_trimmed);
    process_.world.tell(process_.name(), [&] {
        const auto& records = process_.world.log.records;
        return "  log: trimmed to " + keep_from.to_string() + ", holds " +
               (records.empty() ? "nothing" : records.front().id.to_string() + " on");
    });
}

RecordId NetworkLog::restart(RecordId expected, RecordId head) {
    const RecordId found = server_after_what_is_on_the_way().restart(expected, head);
    process_.world.tell(process_.name(), [&] {
        return "  log: restart after " + head.to_string() + " if the head is " + expected.to_string() +
               ": the head is " + found.to_string();
    });
    return found;
}

void NetworkLog::mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) {
    server_after_what_is_on_the_way().mark_cut_off(consumer, cut_off);
}

std::map<ConsumerName, CutOff> NetworkLog::cut_offs() {
    return server_after_what_is_on_the_way().cut_offs();
}

std::optional<CutOff> NetworkLog::cut_off(const ConsumerName& consumer) {
    return server_after_what_is_on_the_way().cut_off(consumer);
}

std::optional<RecordId> NetworkLog::first_after(RecordId id) {
    return server_after_what_is_on_the_way().first_after(id);
}

void NetworkLog::forget(const ConsumerName& consumer) {
    server_after_what_is_on_the_way().forget(consumer);
}

}  // namespace contrail::simulation
