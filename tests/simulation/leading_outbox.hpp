#pragma once

#include <cstdint>
#include <memory>

#include "testing/memory_outbox.hpp"

namespace contrail::simulation {

class Process;

/// The outbox as a process sees it: it may have to stand by, and the lock of a dead leader can outlive it.
class LeadingOutbox : public testing::MemoryOutbox {
public:
    explicit LeadingOutbox(Process& process);
    ~LeadingOutbox() override;
    LeadingOutbox(const LeadingOutbox&) = delete;
    LeadingOutbox& operator=(const LeadingOutbox&) = delete;

    bool lead() override;
    std::optional<OpenBatch> next(const Batch& previous) override;
    Rest rest(Clock::Duration wait_max, const std::stop_token& stop) override;

protected:
    Process& process_;  // NOLINT: for the mutants

private:
    std::uint64_t session_;
    std::shared_ptr<void> lock_;
};

}  // namespace contrail::simulation
