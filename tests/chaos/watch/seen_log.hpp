#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "chaos/verdict/findings.hpp"
#include "contrail/record.hpp"

namespace rocket_rides::chaos {

/// Everything that was ever seen in the log, however often the log was lost since: what an id stood for once,
/// it has to stand for always. Keeps all records in memory.
class SeenLog {
public:
    /// Reading begins anew, at the log's beginning.
    void begin_pass() { previous_.reset(); }

    /// The next record read. `findings` is told if its offset does not follow the one before, if it is not
    /// what was seen under that offset earlier, or if its id is older than that of the record before.
    void enter(contrail::Record record, Findings& findings);

    /// By offset: the first has place 0. Those that were not seen have the id 0-0.
    [[nodiscard]] std::span<const contrail::Record> records() const noexcept { return records_; }

    /// Where the change of this number stands; nothing if it was not seen.
    [[nodiscard]] std::optional<contrail::Offset> find(std::uint64_t number) const;

private:
    void require_next(const contrail::Record& record, Findings& findings) const;

    std::vector<contrail::Record> records_;
    std::unordered_map<std::uint64_t, contrail::Offset> numbers_;
    std::optional<contrail::RecordId> previous_;  ///< The record before, in this pass.
};

}  // namespace rocket_rides::chaos
