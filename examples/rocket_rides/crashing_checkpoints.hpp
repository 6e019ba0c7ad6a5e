#pragma once

#include <random>

#include "contrail/checkpoints.hpp"

namespace rocket_rides {

/// How a consumer is made to crash on purpose.
enum class CrashMode {
    none,
    exception,  ///< The transaction is abandoned, the process goes on.
    kill,       ///< The process kills itself with SIGKILL.
};

/// What is made to crash, and how often.
struct CrashOptions {
    CrashMode mode = CrashMode::exception;
    double rate = 0.1;  ///< The share of commits that crash, 0 to 1.
    std::uint32_t seed = std::random_device{}();
};

/// Checkpoints that crash after a batch was handled and before it is committed, the moment at which a
/// careless consumer counts twice. `checkpoints` must outlive it.
class CrashingCheckpoints : public contrail::Checkpoints {
public:
    CrashingCheckpoints(contrail::Checkpoints& checkpoints, const CrashOptions& options)
        : checkpoints_(checkpoints),
          mode_(options.mode),
          crashes_(options.rate),
          random_(options.seed) {}

    std::unique_ptr<contrail::Transaction> begin(const contrail::ConsumerName& consumer) override;

private:
    contrail::Checkpoints& checkpoints_;
    CrashMode mode_;
    std::bernoulli_distribution crashes_;
    std::mt19937 random_;
};

}  // namespace rocket_rides
