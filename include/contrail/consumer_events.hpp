#pragma once

#include <cstddef>
#include <exception>

#include "contrail/clock.hpp"
#include "contrail/dead_letter.hpp"
#include "contrail/error.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// What a consumer tells while it works. Override what is of interest; the rest does nothing.
/// Called on the consumer's thread; must not throw.
class ConsumerEvents {
public:
    virtual ~ConsumerEvents() = default;

    /// Its name was new: its first checkpoint is committed, and it begins after that record (0-0: with the
    /// first).
    virtual void registered(RecordId /*checkpoint*/) {}
    /// It loaded its checkpoint and reads on from there.
    virtual void located(RecordId /*checkpoint*/) {}
    /// The effects of the records from `first` to `last` are committed, and with them the checkpoint `last`.
    virtual void committed(RecordId /*first*/, RecordId /*last*/) {}
    /// Records at or below the checkpoint were passed over.
    virtual void skipped(std::size_t /*records*/) {}
    /// Another instance of this name was faster; what it did is not done again.
    virtual void overtaken() {}
    /// A call or the handler failed; it is tried again after `pause`.
    virtual void retrying(const std::exception& /*error*/, Clock::Duration /*pause*/) {}
    /// run() ends with this error: somebody has to act first.
    virtual void halted(const Error& /*error*/) {}
    /// The handler refused a record, now or when it was retried; it is set aside.
    virtual void parked(const DeadLetter& /*letter*/) {}
    /// A record that had been parked is applied, and its letter gone.
    virtual void retried(const DeadLetter& /*letter*/) {}
};

}  // namespace contrail
