#include "archive/open.hpp"

#include <string>

#include "contrail/error.hpp"

namespace contrail::archive {

namespace {

void require_same(const Identity& identity, const StreamName& name, const OutboxIdentity& outbox,
                  const Folder& folder) {
    if (identity.log == name.str() && identity.outbox.id == outbox.id) return;
    throw Error(Retry::never,
                "The folder " + folder.path().string() + " holds the archive of log '" + identity.log +
                    "', fed by " + identity.outbox.name + " (" + identity.outbox.id + "). This log is '" +
                    name.str() + "', fed by " + outbox.name + " (" + outbox.id +
                    "). Nothing was changed. Give each log a folder of its own. If `contrail adopt` has "
                    "given this log to another outbox, write the new outbox's id into " +
                    (folder.path() / "archive.json").string() + '.');
}

OutboxIdentity require_outbox(const StreamName& name, LogKeeper& log) {
    const auto outbox = log.fed_by();
    if (!outbox)
        throw Error(Retry::call,
                    "Cannot use an archive of log '" + name.str() +
                        "' yet: the log does not name the outbox that feeds it, because it is new or was "
                        "lost. Start `contrail stream` if none runs.");
    return *outbox;
}

/// A folder that ends before what its consumer has reported is an older copy, or lost its last files. That does no harm
/// as long as the log holds what follows.
void require_followed(RecordId end, LogKeeper& log, const ConsumerName& consumer, const Folder& folder) {
    const auto positions = log.reports().positions;
    const auto reported = positions.find(consumer);
    if (reported == positions.end() || reported->second.offset <= end.offset) return;
    const LogUsage usage = log.usage();
    if (usage.records == 0 || usage.first.offset <= end.offset.next()) return;
    throw Error(Retry::never,
                "The archive in " + folder.path().string() + " ends with record " + end.to_string() +
                    ", and consumer '" + consumer.str() + "' has reported that it holds records up to " +
                    reported->second.to_string() +
                    ". So the folder is an older copy, or its last files are missing, and the log has "
                    "dropped these records: it begins with " +
                    usage.first.to_string() +
                    ". Nothing was changed. Restore the files from a newer copy of the archive.");
}

}  // namespace

void open_for(const StreamName& name, LogKeeper& log, const ConsumerName& consumer, const Folder& folder) {
    const OutboxIdentity outbox = require_outbox(name, log);
    auto identity = folder.identity();
    if (!identity) {
        // False: another process was faster, and its archive is the one to compare.
        if (folder.found({.id = new_id(), .log = name.str(), .outbox = outbox})) return;
        identity = folder.require_identity();
    }
    require_same(*identity, name, outbox, folder);
    const Contents contents = folder.contents();
    if (contents.identity.begins_after) require_followed(contents.end(), log, consumer, folder);
}

void require_archive_of(const StreamName& name, LogKeeper& log, const Identity& identity,
                        const Folder& folder) {
    require_same(identity, name, require_outbox(name, log), folder);
}

}  // namespace contrail::archive
