// `contrail rebuild --archive`: Redis has lost the log, and the outbox has released it.

#include "contrail/postgres.hpp"
#include "integration/archive/archive_fixture.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;

/// A thousand archived records that the outbox has released, and five that it holds. Redis has lost everything, and a
/// reader that was forgotten comes back with the checkpoint of a restored database: offset 10.
class ArchiveRefill : public Archive {
protected:
    ArchiveRefill() {
        RunningArchive archive(flags(), pipeline.settings);
        log_holds(10);
        pipeline.consume("reader");
        const std::string backup = pipeline.checkpoint("reader");
        log_holds(990);
        pipeline.consume("reader");
        wait_until_reported(1'000);
        archive.kill();
        const auto outbox = postgres_outbox(pipeline.settings, {.bytes_max = 1});
        while (outbox->base().last < Offset{1'000}) outbox->release(Offset{1'000});
        log_holds(5);

        EXPECT_TRUE(run("contrail consumer forget reader --yes").status.success());
        pipeline.redis.run({"FLUSHALL"});
        pipeline.database.run("UPDATE contrail.checkpoints SET last_id = '" + backup +
                              "' WHERE consumer = 'reader'");
        pipeline.consume("reader");
    }

    [[nodiscard]] std::string rebuild(const std::string& more = "") const {
        return "contrail rebuild --archive " + folder().native() + more;
    }
};

TEST_F(ArchiveRefill, GivesBackWhatTheStreamerCannotSend) {
    trim();
    const Ended stopped = run("timeout 60 contrail stream");
    EXPECT_EQ(stopped.status, ExitStatus::exited(78)) << stopped.errors;
    EXPECT_THAT(stopped.errors, HasSubstr("rebuild --archive"));

    const Ended planned = run(rebuild());
    EXPECT_EQ(planned.status, ExitStatus::exited(1)) << planned.errors;
    EXPECT_THAT(planned.output, HasSubstr("the archive holds 990 of them"));
    const Ended done = run(rebuild(" --execute"));
    EXPECT_TRUE(done.status.success()) << done.output << done.errors;
    pipeline.stream();
    EXPECT_EQ(pipeline.consume("reader").size(), 995U);
    EXPECT_THAT(run(rebuild()).output, HasSubstr("nothing is to be filled"));
}

}  // namespace contrail::test
