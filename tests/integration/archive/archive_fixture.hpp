#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "archive/folder.hpp"
#include "integration/archive/running_archive.hpp"
#include "integration/cli/run_program.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

/// A log of rides whose ids are also their offsets, and the folder of its archive.
class Archive : public ::testing::Test {
protected:
    /// Adds rides to the log.
    void log_holds(int count) {
        std::vector<std::string> rides;
        for (int i = 0; i < count; ++i) rides.push_back(R"({"id": )" + std::to_string(++last) + '}');
        pipeline.stage(rides);
        pipeline.stream();
    }

    /// The flags of an archive whose files are complete after so many seconds.
    [[nodiscard]] std::string flags(int seconds = 1) const {
        return "--dir " + folder().native() + " --file-max-age " + std::to_string(seconds);
    }

    [[nodiscard]] std::filesystem::path folder() const { return directory.path() / "archive"; }

    Ended run(const std::string& line) const { return run_program(line, pipeline.settings); }

    [[nodiscard]] std::uint64_t archived() const {
        const archive::Folder opened(folder());
        return opened.identity() ? opened.contents().end().offset.value : 0;
    }

    void wait_until_archived(int offset) const {
        wait_until("the archive holds offset " + std::to_string(offset),
                   [&] { return archived() == static_cast<std::uint64_t>(offset); });
    }

    /// Until the archive's position allows the log to drop what it holds.
    void wait_until_reported(int offset) {
        wait_until("the archive has reported offset " + std::to_string(offset), [&] {
            return pipeline.redis.run({"HGET", pipeline.settings.stream_name + ":positions", "archive"})
                .ends_with('-' + std::to_string(offset));
        });
    }

    /// How a process ends that must end by itself.
    static servers::ExitStatus end_of_process(RunningArchive& archive) {
        wait_until("the archive has ended", [&] { return archive.process().has_ended(); });
        return archive.process().wait();
    }

    /// Drops from log and outbox what the archive's position allows.
    void trim() const {
        for (int pass = 0; pass < 3; ++pass) {
            const Ended trimmed = run("contrail trim");
            ASSERT_TRUE(trimmed.status.success()) << trimmed.errors;
        }
    }

    void expect_whole() const {
        const Ended verified = run("contrail archive verify " + folder().native());
        EXPECT_TRUE(verified.status.success()) << verified.output << verified.errors;
        EXPECT_THAT(verified.output, ::testing::HasSubstr("the archive is whole"));
    }

    servers::TemporaryDirectory directory;
    Pipeline pipeline;
    int last = 0;
};

}  // namespace contrail::test
