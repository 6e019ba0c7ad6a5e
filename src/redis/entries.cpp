#include "redis/entries.hpp"

#include "redis/answers.hpp"

namespace contrail::redis {

namespace {

using std::chrono::milliseconds;

const Reply& require_array(const Reply& head) {
    if (require_no_error(head).kind != Reply::Kind::array) refuse_form("XREAD");
    return head;
}

}  // namespace

Entries::Entries(Connection& connection, milliseconds block) : connection_(connection) {
    // [[stream, [entry, …]]], or nil if there is none
    const Reply& streams = connection_.receive_head(block);
    if (streams.kind == Reply::Kind::nil) return;
    if (require_array(streams).integer != 1) refuse_form("XREAD");
    if (require_array(connection_.receive_head(milliseconds(0))).integer != 2) refuse_form("XREAD");
    connection_.receive(milliseconds(0));
    left_ = static_cast<std::uint64_t>(require_array(connection_.receive_head(milliseconds(0))).integer);
}

const Reply* Entries::next() {
    if (left_ == 0) return nullptr;
    --left_;
    return &connection_.receive(milliseconds(0));
}

}  // namespace contrail::redis
