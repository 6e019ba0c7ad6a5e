#include "connection.hpp"

#include <algorithm>
#include <utility>

#include "mutants/mutant.hpp"
#include "world.hpp"

namespace contrail::simulation {

Connection::Connection(World& world, std::string owner)
    : world_(world),
      owner_(std::move(owner)),
      server_(make_log(world)) {}

bool Connection::deliver() {
    if (on_the_way_.empty()) return false;
    const Request& request = on_the_way_.front();
    if (const auto* const reading = std::get_if<Read>(&request)) {
        if (!serve(*reading)) return false;
    } else if (const auto* const appending = std::get_if<Append>(&request)) {
        append(*appending);
    } else {
        report(std::get<Position>(request));
    }
    on_the_way_.pop_front();
    return true;
}

void Connection::deliver_all() {
    while (!on_the_way_.empty()) {
        if (deliver()) continue;
        read.emplace();
        on_the_way_.pop_front();
    }
}

void Connection::drop_after(std::size_t count) {
    on_the_way_.resize(std::min(count, on_the_way_.size()), Read{});
}

void Connection::forget_reads() {
    std::erase_if(on_the_way_, [](const Request& request) { return std::holds_alternative<Read>(request); });
    read.reset();
}

void Connection::report(const Position& request) {
    try {
        server_->report_position(request.consumer, request.id);
    } catch (const Error& error) {
        refusal = error;
    }
}

void Connection::append(const Append& request) {
    const RecordId first = request.records.front().id;
    const RecordId last = request.records.back().id;
    const RecordId before = world_.log.head;
    server_->append_begin(request.expected, request.records);
    appended.push_back(server_->append_end());
    const bool done = world_.log.head == last && before != last;
    if (!done) world_.happened(before == last ? Happened::append_repeated : Happened::append_refused);
    world_.tell(owner_, [&] {
        return "  log: append " + first.to_string() + " to " + last.to_string() + " after " +
               request.expected.to_string() +
               (done ? ": done" : ": refused, the head is " + before.to_string());
    });
}

bool Connection::serve(const Read& request) {
    std::vector<Record> found;
    server_->read_begin(request.after, request.limits, std::chrono::milliseconds(0));
    server_->read_end(found);
    if (found.empty()) return false;
    world_.tell(owner_, [&] {
        return "  log: read after " + request.after.to_string() + ": " + found.front().id.to_string() +
               " to " + found.back().id.to_string();
    });
    read = std::move(found);
    return true;
}

}  // namespace contrail::simulation
