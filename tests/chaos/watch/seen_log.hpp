#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "chaos/verdict/findings.hpp"
#include "contrail/record.hpp"

namespace chaos {

/// Every record ever seen in the log, even if the log lost it since: an id must always stand for the same
/// record. Keeps all records in memory.
class SeenLog {
public:
    /// The reader starts again at the log's beginning.
    void begin_pass() { previous_.reset(); }

    /// Enters the next record. Adds a finding if its offset does not follow the last one, if another record
    /// had this offset before, or if its id is older than the last one.
    void enter(contrail::Record record, Findings& findings);

    /// By offset, from 1 on. A record never seen has the id 0-0.
    [[nodiscard]] std::span<const contrail::Record> records() const noexcept { return records_; }

    /// The offset of the change with this number; nothing if the log never showed it.
    [[nodiscard]] std::optional<contrail::Offset> find(std::uint64_t number) const;

private:
    void require_next(const contrail::Record& record, Findings& findings) const;

    std::vector<contrail::Record> records_;
    std::unordered_map<std::uint64_t, contrail::Offset> numbers_;
    std::optional<contrail::RecordId> previous_;  ///< The last record of this pass.
};

}  // namespace chaos
