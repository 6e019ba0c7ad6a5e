#include "archive/archive_checkpoints.hpp"

#include "contrail/error.hpp"

namespace contrail::archive {

namespace {

class ArchiveTransaction : public Transaction {
public:
    explicit ArchiveTransaction(ArchiveWriter& writer) : writer_(writer), checkpoint_(writer.written_to()) {}

    /// What the handler has written goes with a transaction that does not commit.
    ~ArchiveTransaction() override {
        if (!committed_) writer_.go_back_to(checkpoint_);
    }

    [[nodiscard]] std::optional<RecordId> checkpoint() const override { return checkpoint_; }
    [[nodiscard]] std::optional<HalfAhead> ahead() const override { return std::nullopt; }

    [[nodiscard]] bool advance(RecordId to) override {
        to_ = to;
        return true;
    }

    void commit() override {
        if (!checkpoint_ && to_) writer_.begin_after(*to_);
        committed_ = true;
    }

    // An archive holds every record: its consumer parks none.
    void park(const DeadLetter& letter) override { refuse_to_park(letter.record.id); }
    [[nodiscard]] bool park_again(RecordId id, const std::string& /*error*/) override { refuse_to_park(id); }
    [[nodiscard]] std::optional<DeadLetter> take_marked() override { return std::nullopt; }

private:
    [[noreturn]] static void refuse_to_park(RecordId id) {
        throw Error(Retry::never,
                    "Cannot park record " + id.to_string() + ": an archive holds every record.");
    }

    ArchiveWriter& writer_;
    std::optional<RecordId> checkpoint_;
    std::optional<RecordId> to_;
    bool committed_ = false;
};

}  // namespace

std::unique_ptr<Transaction> ArchiveCheckpoints::begin(const ConsumerSegment& /*part*/) {
    return std::make_unique<ArchiveTransaction>(writer_);
}

std::optional<RecordId> ArchiveCheckpoints::least(const ConsumerName& /*consumer*/) {
    return writer_.written_to();
}

ConsumerOwner ArchiveCheckpoints::owner() {
    const Folder& folder = writer_.folder();
    return {.id = "archive-" + folder.require_identity().id,
            .name = "the archive in " + folder.path().string()};
}

void ArchivedPositions::report_position(const ConsumerName& consumer, RecordId position) {
    writer_.complete_if_due();
    ForwardingLogReader::report_position(consumer, writer_.durable_to().value_or(position));
}

}  // namespace contrail::archive
