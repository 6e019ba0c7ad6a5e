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

/// Checkpoints that crash after a batch was handled and before it is committed, the moment at which a
/// careless consumer counts twice. `checkpoints` must outlive it.
class CrashingCheckpoints : public contrail::Checkpoints {
public:
    /// `rate`: the share of commits that crash, 0 to 1.
    CrashingCheckpoints(contrail::Checkpoints& checkpoints, CrashMode mode, double rate, std::uint32_t seed)
        : checkpoints_(checkpoints),
          mode_(mode),
          crashes_(rate),
          random_(seed) {}

    std::unique_ptr<contrail::Transaction> begin(const contrail::ConsumerName& consumer) override;

private:
    contrail::Checkpoints& checkpoints_;
    CrashMode mode_;
    std::bernoulli_distribution crashes_;
    std::mt19937 random_;
};

}  // namespace rocket_rides
