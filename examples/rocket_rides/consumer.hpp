#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>

#include "contrail/consumer.hpp"
#include "contrail/postgres.hpp"
#include "contrail/program.hpp"
#include "contrail/reconciliation.hpp"

namespace rocket_rides {

/// Adds the distances of rides to the total of the consumer `name`, or of one of its segments, in its transaction.
/// Prints a line for each ride, unless `quiet`.
void add_up(contrail::Transaction& transaction, std::span<const contrail::Record> records,
            const std::string& name, bool quiet, contrail::Segment segment = {});

/// The sum of all rides, in metres, as a decimal number. It is exact: it adds the decimals that rides are
/// written with, which is what records carry, and decimals add up without rounding, in any order.
std::string sum_of_rides(contrail::Reconciliation& reconciliation);

/// The state with which the consumer `name` begins if the beginning of the log is gone.
contrail::ReconciledState reconciled_total(const contrail::Settings& settings, const std::string& name);

/// Crashes that consumers make on purpose, after a batch and before its commit: the moment at which a
/// careless consumer counts twice.
class Crashes {
public:
    enum class Mode {
        none,
        exception,  ///< The transaction is abandoned; the process goes on.
        kill,       ///< The process kills itself with SIGKILL.
    };
    struct Options {
        Mode mode = Mode::exception;
        double rate = 0.1;  ///< The share of batches that crash, 0 to 1.
        std::uint32_t seed = std::random_device{}();
    };

    explicit Crashes(const Options& options)
        : mode_(options.mode),
          crashes_(options.rate),
          random_(options.seed) {}

    /// Crashes, or returns.
    void perhaps();

private:
    Mode mode_;
    std::bernoulli_distribution crashes_;
    std::mt19937 random_;
};

/// Declares --crash, --crash-rate and --seed. Parsing writes them into `options`, which must live until then.
void add_flags(CLI::App& command, Crashes::Options& options);

}  // namespace rocket_rides
