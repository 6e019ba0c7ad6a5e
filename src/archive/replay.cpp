#include "contrail/replay.hpp"

#include <utility>

#include "archive/archived_log.hpp"
#include "archive/open.hpp"

namespace contrail {

struct Replay::Parts {
    Parts(StreamName stream, Log& server, const std::filesystem::path& folder, OnConsumerEvent on_event)
        : name(std::move(stream)),
          log(server),
          archive(archive::Folder(folder)),
          joined(server, archive, std::move(on_event)) {}

    StreamName name;
    Log& log;
    archive::ArchiveReader archive;
    archive::ArchivedLog joined;
};

Replay::Replay(StreamName name, Log& log, const std::filesystem::path& folder, OnConsumerEvent on_event)
    : parts_(std::make_unique<Parts>(std::move(name), log, folder, std::move(on_event))) {}

Replay::~Replay() = default;

LogReader& Replay::log() {
    return parts_->joined;
}

void Replay::require_same_log() {
    archive::require_archive_of(parts_->name, parts_->log, parts_->archive.identity(),
                                parts_->archive.folder());
}

ConsumerOptions Replay::options(ConsumerOptions options) {
    if (const auto* const since = std::get_if<start::Since>(&options.start)) {
        if (const auto before = parts_->archive.last_before(since->unix_ms))
            options.start = start::After{*before};
    }
    options.prepare = [this, prepare = std::move(options.prepare)] {
        require_same_log();
        if (prepare) prepare();
    };
    return options;
}

}  // namespace contrail
