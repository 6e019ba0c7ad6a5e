#pragma once

#include <cstdint>
#include <optional>

#include "contrail/log.hpp"
#include "contrail/outbox.hpp"
#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"

namespace contrail::doctor {

/// How far the log is, and how far the outbox. The outbox is asked after the log: what the log
/// shows is sealed by then.
struct LogPlace {
    RecordId head{};    ///< The log's.
    RecordId sealed{};  ///< The last record sealed; 0-0: none.
    Offset released{};  ///< The outbox holds what comes after this.
    Offset applied{};   ///< The furthest that a registered consumer has applied.
    /// When the record at the head's offset was sealed, as the outbox has it; nothing: it does not say.
    std::optional<std::uint64_t> head_sealed_ms{};
    std::uint64_t unsealed = 0;       ///< Records staged and committed after that, up to `unsealed_max`.
    std::uint64_t sealed_age_ms = 0;  ///< Since the last batch was sealed.
    std::optional<std::uint64_t> oldest_waiting_ms{};  ///< Age of the oldest sealed record that was not sent.

    static constexpr std::uint64_t unsealed_max = 100'000;

    /// Records that the log has not got yet, at least.
    [[nodiscard]] std::uint64_t waiting() const;
};

LogPlace gather_log_place(Database& database, Log& log);

/// Whether the log is the one that this outbox has filled.
Findings judge(const LogPlace& place);

}  // namespace contrail::doctor
