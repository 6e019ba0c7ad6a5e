#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "contrail/checkpoints.hpp"
#include "contrail/log.hpp"
#include "contrail/names.hpp"
#include "contrail/outbox.hpp"
#include "testing/memory_database.hpp"
#include "testing/memory_log.hpp"

namespace contrail::simulation {

class Process;
struct World;

/// Known defects, which show that the checks can fail. In each, a port that replaces the right one does one
/// step wrong; the production code stays the same.
enum class Mutant : std::uint8_t {
    none,
    serial_dedupe,
    send_before_seal,
    lazy_seal,
    blind_append,
    split_checkpoint,
    blind_checkpoint,
    trim_by_count,
    delete_by_id,
    redrawn_ids,
    late_registration,
    bare_append,
    foreign_clock,
    no_identity_check,
    two_owners,
    believed_empty_head,
    split_loses_place,
    merge_forgets_ahead,
    blind_to_ahead,
    split_changes_hash,
    claim_decides,
    hidden_records,
    hasty_archive,
};

struct MutantInfo {
    Mutant mutant;
    std::string_view name;
    std::string_view what;
};

constexpr std::array<MutantInfo, 22> mutants{{
    {Mutant::serial_dedupe, "serial-dedupe",
     "a consumer passes over rides whose serial is not above its last"},
    {Mutant::send_before_seal, "send-before-seal", "a batch is sealed when it was sent, not before"},
    {Mutant::lazy_seal, "lazy-seal", "a seal is committed, but not yet on disk when its records go out"},
    {Mutant::blind_append, "blind-append", "an append does not ask for the log's head"},
    {Mutant::split_checkpoint, "split-checkpoint", "effects and checkpoint commit one after the other"},
    {Mutant::blind_checkpoint, "blind-checkpoint", "a checkpoint is set whatever it was before"},
    {Mutant::trim_by_count, "trim-by-count",
     "the log keeps the last records, although consumers need earlier ones"},
    {Mutant::delete_by_id, "delete-by-id", "the outbox lets go of everything with `id <= last`"},
    {Mutant::redrawn_ids, "redrawn-ids", "a batch that is read after a crash gets the time of that reading"},
    {Mutant::late_registration, "late-registration",
     "a new consumer is known to the log with its first commit only"},
    {Mutant::bare_append, "bare-append", "an append forgets keys and headers"},
    {Mutant::foreign_clock, "foreign-clock",
     "retention measures ages on a clock that did not give records their times"},
    {Mutant::no_identity_check, "no-identity-check", "the log takes changes for any outbox"},
    {Mutant::two_owners, "two-owners", "the log takes reports of a consumer from any database"},
    {Mutant::believed_empty_head, "believed-empty-head",
     "a consumer takes the head of a log that lost everything for its end"},
    {Mutant::split_loses_place, "split-loses-place", "a split lets a new segment begin at the log's head"},
    {Mutant::merge_forgets_ahead, "merge-forgets-ahead", "a merge does not note the half that is ahead"},
    {Mutant::blind_to_ahead, "blind-to-ahead", "a worker does not see that half of its segment is ahead"},
    {Mutant::split_changes_hash, "split-changes-hash", "four segments and more go by another hash"},
    {Mutant::claim_decides, "claim-decides", "a worker trusts its claim, and not the row of the checkpoint"},
    {Mutant::hidden_records, "hidden-records",
     "a log that is ahead of a restored outbox does not show it, and takes its records"},
    {Mutant::hasty_archive, "hasty-archive", "an archive reports records whose file is not complete"},
}};

// The ports, and the steps, as they are or as the world's mutant has them.

std::unique_ptr<testing::MemoryLog> make_log(World& world);
std::unique_ptr<Outbox> make_outbox(Process& process);
std::unique_ptr<Checkpoints> make_checkpoints(Process& process);

/// Whether a consumer counts this record. Every consumer does, but the one that dedupes by serial.
bool is_to_be_counted(const World& world, const ConsumerName& consumer,
                      testing::MemoryTransaction& transaction, const Record& record);

/// The key by which a worker on `segment` hashes the record.
std::string key_for(const World& world, Segment segment, const Record& record);

/// What an operator does to a consumer's segments.
void split(World& world, const testing::MemoryDatabase::CheckpointKey& key, std::uint32_t count);
void merge(World& world, const testing::MemoryDatabase::CheckpointKey& key, std::uint32_t count);

/// A database that is killed loses nothing, unless a seal was not flushed.
void lose_what_was_not_flushed(World& world);

}  // namespace contrail::simulation
