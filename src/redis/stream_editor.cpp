#include "redis/stream_editor.hpp"

#include <cstdint>
#include <utility>

#include "redis/replace_script.hpp"
#include "redis/replies.hpp"

namespace contrail::redis {

namespace {

/// Copied while all other clients wait, which takes some milliseconds. It is more than a streamer appends
/// between two attempts: with less, a busy log could never be replaced.
constexpr std::uint64_t replace_copies_max = 10'000;

}  // namespace

StreamEditor::StreamEditor(Endpoint endpoint, const StreamName& stream)
    : client_(std::move(endpoint), stream) {}

void StreamEditor::remove() {
    client_.attempt("remove", [&] { require_no_error(client_.ask("UNLINK", client_.keys().stream)); });
}

bool StreamEditor::replace_by(const StreamEditor& fresh) {
    return client_.attempt("put a fresh stream in place of", [&] {
        return replaced(
            client_.ask_for_outbox(replace_script(), {fresh.client_.keys().stream}, replace_copies_max));
    });
}

}  // namespace contrail::redis
