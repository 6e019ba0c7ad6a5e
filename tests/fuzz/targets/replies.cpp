#include <algorithm>
#include <string>
#include <vector>

#include "contrail/error.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "redis/replies.hpp"

namespace contrail::fuzz {

namespace {

/// A reply as a text in which any two that differ differ.
std::string described(const redis::Reply& reply) {
    std::string text = std::to_string(static_cast<int>(reply.kind)) + ':' + std::to_string(reply.integer) +
                       ':' + std::to_string(reply.text.size()) + ':' + std::string(reply.text) + '[';
    for (const redis::Reply& element : reply.elements) text += described(element);
    return text + ']';
}

/// What the callers of the reader make of a reply. Each may refuse it.
void interpret(const redis::Reply& reply) {
    const auto refusing = [](auto call) {
        try {
            call();
        } catch (const Error&) {
        }
    };
    Record record;
    LogUsage usage;
    refusing([&] { redis::head_after("append", reply); });
    refusing([&] { redis::assign_extent(reply, usage); });
    refusing([&] { redis::bytes_in(reply); });
    refusing([&] { redis::assign_memory(reply, usage); });
    refusing([&] { redis::dropped_by_trim(reply); });
    refusing([&] { redis::id_in(reply); });
    refusing([&] { redis::reports_in(reply); });
    refusing([&] { redis::stray_reports_in(reply); });
    refusing([&] { redis::cut_offs_in(reply); });
    refusing([&] { redis::cut_off_in(reply); });
    refusing([&] { redis::assign_entry(reply, record); });
    refusing([&] { redis::replaced(reply); });
}

/// The replies in `bytes`, which come in pieces of at most `piece_bytes`; at the end what the reader says of
/// bytes that are none.
std::vector<std::string> replies_in(std::string_view bytes, std::size_t piece_bytes) {
    redis::ReplyReader reader;
    std::vector<std::string> found;
    try {
        while (!bytes.empty()) {
            const auto room = reader.room();
            const auto piece = bytes.substr(0, std::min(piece_bytes, room.size()));
            std::ranges::copy(piece, room.begin());
            reader.received(piece.size());
            bytes.remove_prefix(piece.size());
            while (const redis::Reply* const reply = reader.next()) {
                found.push_back(described(*reply));
                interpret(*reply);
            }
        }
    } catch (const Error& error) {
        require(error.retry() == Retry::never, "bytes that are not the protocol's stay so");
        found.emplace_back("not the protocol");
    }
    return found;
}

}  // namespace

void replies(std::string_view input) {
    Input from(input);
    const std::size_t piece_bytes = from.byte() + std::size_t{1};
    require(replies_in(from.rest(), piece_bytes) == replies_in(from.rest(), from.rest().size()),
            "replies do not depend on the pieces in which they come");
}

}  // namespace contrail::fuzz
