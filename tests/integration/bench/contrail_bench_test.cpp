// Every benchmark runs and reports what it measured: `contrail_bench all --quick --json`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/admin_redis.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

/// What a program wrote on its standard output; it must have ended well.
std::string output_of(const std::vector<std::string>& arguments, const Settings& settings = {}) {
    servers::Pipe output = servers::make_pipe();
    servers::Command command;
    command.arguments = {CONTRAIL_PROGRAMS "/contrail_bench"};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    // In place of what the surroundings name; CLI11 takes an empty variable as none.
    command.environment = {{"DATABASE_URL", settings.database_url}, {"REDIS_URL", settings.log_url}};
    command.standard_output = output.write_end.get();
    servers::ChildProcess process(command);
    output.write_end.close();
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t length = 0; (length = ::read(output.read_end.get(), buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(length));
    const auto ended = process.wait();
    EXPECT_TRUE(ended.success()) << ended.to_string();
    return text;
}

/// Measured once, for all tests.
const nlohmann::json& measured() {
    static const auto all = nlohmann::json::parse(output_of({"all", "--quick", "--json"}));
    return all;
}

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST(ContrailBench, RunsEveryBenchmark) {
    std::vector<std::string> names;
    for (const auto& benchmark : measured()["benchmarks"]) names.push_back(benchmark["benchmark"]);
    std::vector<std::string> expected{"relay",   "consume",    "function", "filter",           "api",
                                      "latency", "end-to-end", "idle",     "long-transaction", "fan-out",
                                      "workers", "sizes",      "growth"};
#ifdef CONTRAIL_BENCH_KAFKA
    expected.emplace_back("kafka");
#endif
    EXPECT_EQ(names, expected);
    EXPECT_GT(measured()["machine"]["processors"], 0);
    EXPECT_GT(measured()["machine"]["fsync_ms"], 0);
}

TEST(ContrailBench, FindsFiguresThatCanBe) {
    for (const auto& benchmark : measured()["benchmarks"]) {
        EXPECT_FALSE(benchmark["series"].empty()) << benchmark;
        for (const auto& series : benchmark["series"]) {
            EXPECT_THAT(series["values"], testing::Not(IsEmpty())) << series;
            for (const double value : series["values"]) EXPECT_GE(value, 0) << series;
            EXPECT_LE(series["min"], series["median"]) << series;
            EXPECT_LE(series["median"], series["max"]) << series;
            const std::string unit = series["unit"];
            // So little work may be over before outbox and log were looked at, and take less of the
            // processors than the hundredth of a second in which their time is counted. PostgreSQL tells what
            // a session did a second later.
            const bool may_be_zero = unit.find("processor") != std::string::npos || unit == "µs/record" ||
                                     unit == "µs of CPU" || series["setting"] == "at most" ||
                                     series["setting"] == "asked";
            if (!may_be_zero) {
                EXPECT_GT(series["min"], 0) << series;
            }
        }
    }
}

TEST(ContrailBench, ComparesWithTheBareWorkOfTheSameRun) {
    for (const std::string name :
         {"relay", "consume", "function", "filter", "api", "latency", "fan-out", "workers", "sizes"}) {
        for (const auto& benchmark : measured()["benchmarks"]) {
            if (benchmark["benchmark"] != name) continue;
            std::size_t compared = 0;
            for (const auto& series : benchmark["series"]) {
                if (!series.contains("limit")) continue;
                ++compared;
                EXPECT_GT(series["ratio_median"], 0) << series;
            }
            EXPECT_GT(compared, 0U) << name;
        }
    }
}

TEST(ContrailBench, LeavesNothingOnServersThatWereGiven) {
    const Settings given = fresh_settings();
    const auto found =
        nlohmann::json::parse(output_of({"relay", "--quick", "--json", "--given-servers"}, given));
    EXPECT_EQ(found["benchmarks"][0]["series"].size(), 2U);
    EXPECT_EQ(AdminPostgres(given.database_url)
                  .value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'contrail_bench%'"),
              "0");
    EXPECT_EQ(AdminRedis(given.log_url).run({"KEYS", "contrail_bench*"}), "");
}

TEST(ContrailBench, WritesAReportFromResultsThatAreKept) {
    const servers::TemporaryDirectory docs;
    const auto results = docs.path() / "measured.json";
    std::ofstream(results) << measured();
    std::ofstream(docs.path() / "performance.md")
        << "before\n<!-- measured: relay -->\n<!-- end -->\nbetween\n<!-- measured: projection -->\n<!-- end "
           "-->\n";

    output_of({"report", "--from", results, "--docs", docs.path()});

    const std::string page = content_of(docs.path() / "performance.md");
    EXPECT_THAT(page, HasSubstr("before\n<!-- measured: relay -->\n| | | median | least to most | |\n"));
    EXPECT_THAT(page, HasSubstr("| appendfsync always | contrail | "));
    EXPECT_THAT(page, HasSubstr("| 1,000 | "));
    for (const char* plot : {"stages", "latency", "long-transaction", "fan-out", "sizes", "growth", "memory"})
        EXPECT_THAT(content_of(docs.path() / "performance" / (std::string(plot) + ".svg")),
                    HasSubstr("</svg>"));
    EXPECT_EQ(nlohmann::json::parse(content_of(docs.path() / "performance/results.json"))["benchmarks"],
              measured()["benchmarks"]);
}

}  // namespace contrail::test
