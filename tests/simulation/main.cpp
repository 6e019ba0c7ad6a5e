// Plays histories: the production streamer and consumers, in a world where everything fails that may fail.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <optional>
#include <random>
#include <string>

#include "campaign.hpp"
#include "history.hpp"

namespace {

using namespace contrail::simulation;

constexpr int exit_usage = 2;

struct Options {
    Campaign campaign{.first_seed = 0, .seeds = 20'000};
    std::optional<std::uint64_t> seed;
    std::string mutant;
    bool trace = false;
    bool list_mutants = false;
};

void add_flags(CLI::App& app, Options& options) {
    std::vector<std::string> names;
    for (const MutantInfo& info : mutants) names.emplace_back(info.name);

    app.add_option("--seeds", options.campaign.seeds, "How many histories to play")->capture_default_str();
    app.add_option("--first-seed", options.campaign.first_seed, "Seed of the first; by default any");
    app.add_option("--jobs", options.campaign.jobs, "Processes that share the work")
        ->check(CLI::Range(1, 1'024))
        ->capture_default_str();
    app.add_option("--seed", options.seed, "Play this history only");
    app.add_flag("--trace", options.trace, "Print all its steps")->needs("--seed");
    app.add_option("--mutant", options.mutant, "Play with a known fault, to see it caught")
        ->check(CLI::IsMember(names));
    app.add_flag("--list-mutants", options.list_mutants, "List the known faults, and end");
}

Mutant mutant_named(const std::string& name) {
    for (const MutantInfo& info : mutants) {
        if (info.name == name) return info.mutant;
    }
    return Mutant::none;
}

int list_mutants() {
    for (const MutantInfo& info : mutants) {
        std::printf("%-18s %s\n", std::string(info.name).c_str(), std::string(info.what).c_str());
    }
    return EXIT_SUCCESS;
}

void print_coverage(const Coverage& coverage) {
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        std::printf("%12llu %s\n", static_cast<unsigned long long>(coverage.counts[kind]),
                    std::string(happened_names[kind]).c_str());
    }
}

/// The last lines of a trace.
class Tail {
public:
    void operator()(const std::string& line) {
        lines_.push_back(line);
        if (lines_.size() > lines_max) lines_.pop_front();
    }
    void print() const {
        for (const std::string& line : lines_) std::puts(line.c_str());
    }

private:
    static constexpr std::size_t lines_max = 60;
    std::deque<std::string> lines_;
};

/// Plays one history. A rule that breaks is printed with what led to it.
int play_one(std::uint64_t seed, const Options& options) {
    const Mutant mutant = mutant_named(options.mutant);
    Tail tail;
    const auto print = [](const std::string& line) { std::puts(line.c_str()); };
    const Outcome outcome = options.trace ? play(seed, mutant, print)
                                          : play(seed, mutant, [&tail](const auto& line) { tail(line); });
    if (!outcome.violation) {
        print_coverage(outcome.coverage);
        std::printf("1 history, %llu steps, 0 violations\n", static_cast<unsigned long long>(outcome.steps));
        return EXIT_SUCCESS;
    }
    if (!options.trace) {
        std::printf("The last steps: which one, who, what.\n");
        tail.print();
    }
    std::printf("\nBROKEN  %s: %s.\n", std::string(name_of(outcome.violation->rule)).c_str(),
                outcome.violation->what.c_str());
    const std::string with_mutant = options.mutant.empty() ? "" : " MUTANT=" + options.mutant;
    std::printf("To play it again with all its steps:\n  make simulate SEED=%llu%s\n",
                static_cast<unsigned long long>(seed), with_mutant.c_str());
    return EXIT_FAILURE;
}

int play_many(Options& options) {
    options.campaign.mutant = mutant_named(options.mutant);
    const Tally tally = play(options.campaign);
    if (tally.failed_seed) {
        std::printf("Seed %llu failed.\n", static_cast<unsigned long long>(*tally.failed_seed));
        std::fflush(stdout);
        play_one(*tally.failed_seed, options);
        return EXIT_FAILURE;
    }
    print_coverage(tally.coverage);
    std::printf("%llu histories, %llu steps, 0 violations\n",
                static_cast<unsigned long long>(tally.histories),
                static_cast<unsigned long long>(tally.steps));
    return EXIT_SUCCESS;
}

int run(Options& options, bool any_first_seed) {
    if (options.list_mutants) return list_mutants();
    if (options.seed) {
        std::printf("Seed %llu.\n", static_cast<unsigned long long>(*options.seed));
        return play_one(*options.seed, options);
    }
    if (any_first_seed) options.campaign.first_seed = std::random_device{}();
    std::printf("Seeds %llu to %llu.\n", static_cast<unsigned long long>(options.campaign.first_seed),
                static_cast<unsigned long long>(options.campaign.first_seed + options.campaign.seeds - 1));
    std::fflush(stdout);
    return play_many(options);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Plays simulated histories of streamers and consumers, each decided by its seed",
                 "simulation");
    add_flags(app, options);
    try {
        app.parse(argc, argv);
        return run(options, app.count("--first-seed") == 0);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EXIT_SUCCESS : exit_usage;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "simulation: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
