// What all programs of a fleet tell, what promtool thinks of it, and whether everything that is written about
// it is true.

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "admin_client.hpp"
#include "integration/demo/running_fleet.hpp"
#include "servers/temporary_directory.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {
namespace {

using demo::RunningFleet;
using servers::ExitStatus;
using ::testing::HasSubstr;

std::string content(const std::string& file) {
    std::ifstream stream(std::string(SOURCE_DIR) + '/' + file);
    if (!stream) throw std::runtime_error("cannot read " + file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A fleet that has taken some rides, and what its programs told then.
class FleetMetrics : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder = std::make_unique<servers::TemporaryDirectory>();
        fleet = std::make_unique<RunningFleet>(
            folder->path() / "data", std::vector<std::string>{"--no-failures", "--admin-port", "0"});
        fleet->until_output("simulator | Response: status=201");
        fleet->until_output("consumer0 | Consumed record");
        std::istringstream list(fleet->output_after("on 127.0.0.1: "));
        for (std::string name, port; list >> name >> port;)
            ports[name] = static_cast<std::uint16_t>(std::stoi(port));
        servers::Command parts;
        parts.arguments = {CONTRAIL_PROGRAMS "/rocket_rides",
                           "--config",
                           folder->path() / "data" / "servers.toml",
                           "consumer",
                           "parts",
                           "--segments",
                           "2",
                           "--quiet"};
        partitioned = std::make_unique<servers::ChildProcess>(parts);
        for (const auto& [name, port] : ports) until(port, "/readyz", 200);
        for (const auto& [name, port] : ports) texts[name] = ask(port, "/metrics").body;
        // The streamer tells of consumers that have reported, if its sources answer in time.
        wait_until("the streamer tells of its consumers", [&] {
            texts["streamer"] = ask(ports.at("streamer"), "/metrics").body;
            const Scrape told(texts["streamer"]);
            return told.value("contrail_consumer_lag_seconds") && told.value("contrail_outbox_bytes") &&
                   told.value("contrail_log_bytes") && told.value("contrail_consumer_segment_lag_seconds");
        });
    }
    static void TearDownTestSuite() {
        partitioned->signal(SIGTERM);
        partitioned->wait();
        partitioned.reset();
        fleet->process().signal(SIGTERM);
        fleet->wait();
        fleet.reset();
        folder.reset();
    }

    /// Every family that any of the programs tells, with what it is.
    static std::map<std::string, Scrape::Family> families() {
        std::map<std::string, Scrape::Family> all;
        for (const auto& [name, text] : texts) all.merge(std::map(Scrape(text).families()));
        return all;
    }

    /// The names of metrics in a text, those of a histogram's parts as the histogram's.
    static std::set<std::string> names_in(const std::string& text) {
        static const std::regex name("\\b(contrail|rocket_rides|process)(_[a-z]+)+");
        static const std::regex part("_seconds_(bucket|sum|count)$");
        std::set<std::string> names;
        for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at)
            names.insert(std::regex_replace(at->str(), part, "_seconds"));
        return names;
    }

    static void expect_all_told(const std::string& file, const std::set<std::string>& not_metrics) {
        const auto told = families();
        for (const std::string& name : names_in(content(file))) {
            EXPECT_TRUE(told.contains(name) || not_metrics.contains(name))
                << file << " names " << name << ", which no program tells";
        }
    }

    static inline std::unique_ptr<servers::TemporaryDirectory> folder;
    static inline std::unique_ptr<RunningFleet> fleet;
    static inline std::unique_ptr<servers::ChildProcess> partitioned;  ///< A consumer with segments.
    static inline std::map<std::string, std::uint16_t> ports;
    static inline std::map<std::string, std::string> texts;
};

TEST_F(FleetMetrics, AreToldByEveryProgramAndAllAreWell) {
    ASSERT_THAT(fleet->output(), HasSubstr("streamer "));
    for (const std::string name : {"consumer0", "consumer1", "warehouse", "streamer", "api", "simulator"}) {
        ASSERT_TRUE(ports.contains(name)) << name;
        EXPECT_EQ(Scrape(texts.at(name)).value("contrail_build_info"), 1) << name;
        EXPECT_THAT(until(ports.at(name), "/healthz", 200).body, HasSubstr("ok\n"));
    }
    EXPECT_GE(Scrape(texts.at("api")).value("rocket_rides_api_requests_total", {R"(status="201")"}), 1);
    EXPECT_GE(
        Scrape(texts.at("simulator")).value("rocket_rides_simulator_attempts_total", {R"(fate="accepted")"}),
        1);
}

TEST_F(FleetMetrics, PassPromtool) {
    for (const auto& [name, text] : texts) {
        const std::filesystem::path file = folder->path() / (name + ".prom");
        std::ofstream(file) << text;
        servers::Command check;
        check.arguments = {"sh", "-c", "promtool check metrics < " + file.string()};
        EXPECT_EQ(servers::run(check), ExitStatus::exited(0)) << name;
    }
}

TEST_F(FleetMetrics, AreAllInTheDocumentWordForWord) {
    const std::string document = content("docs/metrics.md");
    for (const auto& [name, family] : families()) {
        const std::string row = "| `" + name + "` | " + family.type + " | ";
        const auto at = document.find(row);
        ASSERT_NE(at, std::string::npos) << "docs/metrics.md lacks a row that begins with " << row;
        const std::string line = document.substr(at, document.find('\n', at) - at);
        EXPECT_THAT(line, HasSubstr(" | " + family.help + " |"))
            << "is the row that docs/metrics.md has of it";
    }
    expect_all_told("docs/metrics.md", {});
}

TEST_F(FleetMetrics, AreAllThatDashboardAndAlertsAskFor) {
    expect_all_told("contrib/grafana/contrail.json", {});
    expect_all_told("contrib/prometheus/contrail.rules.yml", {});
    EXPECT_GT(names_in(content("contrib/grafana/contrail.json")).size(), 20U);
    EXPECT_GT(names_in(content("contrib/prometheus/contrail.rules.yml")).size(), 10U);
}

/// Grafana puts in what the person at it has chosen.
TEST_F(FleetMetrics, AreAskedForByTheDashboardInPromql) {
    std::string rules = "groups:\n- name: dashboard\n  rules:\n";
    int queries = 0;
    const auto dashboard = nlohmann::json::parse(content("contrib/grafana/contrail.json"));
    for (const auto& panel : dashboard["panels"]) {
        if (!panel.contains("targets")) continue;
        for (const auto& target : panel["targets"]) {
            std::string query = target["expr"];
            for (const auto& [variable, value] :
                 {std::pair("\\$stream", "rides"), std::pair("\\$consumer", ".*"),
                  std::pair("\\$__rate_interval", "1m")})
                query = std::regex_replace(query, std::regex(variable), value);
            rules += "  - {record: \"panel:" + std::to_string(++queries) +
                     "\", expr: " + nlohmann::json(query).dump() + "}\n";
        }
    }
    const std::filesystem::path file = folder->path() / "dashboard.yml";
    std::ofstream(file) << rules;
    servers::Command check;
    check.arguments = {"promtool", "check", "rules", file};
    EXPECT_EQ(servers::run(check), ExitStatus::exited(0)) << rules;
    EXPECT_GT(queries, 20);
}

TEST_F(FleetMetrics, StayOnTheirPortsWhenAProgramIsKilled) {
    ::kill(fleet->pid_of("consumer consumer0"), SIGKILL);
    fleet->until_output("restarting in");
    // A request in between waits until the program runs again.
    EXPECT_EQ(until(ports.at("consumer0"), "/readyz", 200).status, 200U);
}

}  // namespace
}  // namespace contrail::test
