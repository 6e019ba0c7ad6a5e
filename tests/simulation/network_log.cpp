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
}

RecordId NetworkLog::head() {
    connection_->deliver_all();
    connection_->appended.clear();
    return connection_->server().head();
}

std::uint64_t NetworkLog::length() {
    connection_->deliver_all();
    return connection_->server().length();
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

void NetworkLog::read_begin(RecordId after, std::size_t count_max, std::chrono::milliseconds) {
    connection_->forget_reads();
    connection_->send(Connection::Read{after, count_max});
}

void NetworkLog::read_end(std::vector<Record>& records) {
    if (!connection_->read) connection_->deliver_all();
    records = std::move(*connection_->read);
    connection_->read.reset();
}

void NetworkLog::report_position(const ConsumerName& consumer, RecordId position) {
    connection_->send(Connection::Position{consumer, position});
}

std::map<ConsumerName, RecordId> NetworkLog::positions() {
    connection_->deliver_all();
    return connection_->server().positions();
}

}  // namespace contrail::simulation
