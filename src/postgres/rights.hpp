#pragma once

#include <span>
#include <string>
#include <string_view>

#include "contrail/settings.hpp"

namespace contrail::postgres {

/// A role that works with Contrail's schema, and needs rights for it.
enum class Part {
    producer,    ///< Stages records.
    streamer,    ///< Moves them, and drops those that no consumer needs.
    consumer,    ///< Keeps a checkpoint.
    reconciler,  ///< Reduces a service's tables at a place in the log, for which it seals a batch.
    monitor,     ///< Reads for doctor, status and consumer list.
    admin,       ///< Forgets and resets consumers, retries dead letters, trims and rebuilds the log.
};

/// All of them.
std::span<const Part> parts();

/// `producer`, `streamer` …
std::string_view name(Part part);

/// True if the rights of `whole` include those of `part`: an admin's include all but a producer's.
bool includes(Part whole, Part part);

/// One right that a role needs.
struct Right {
    Part part;
    std::string_view privilege;  ///< As GRANT writes it: `SELECT`; EXECUTE is for a function.
    std::string_view object;     ///< A table, a sequence or a function, without schema.
    std::string_view columns{};  ///< `id, xid`; empty: all of them.
};

/// All rights besides USAGE of the schema. `migrate --roles` grants these, and the doctor checks these.
std::span<const Right> rights();

/// `"contrail_producer"`, as SQL writes it. Throws Error (Retry::never) if no role can have that name.
std::string quoted_role(std::string_view prefix, Part part);

/// SQL that makes a role without login for each part, `<prefix>_producer` and so on, and grants it exactly
/// its rights: rights that it had before are revoked first. Safe to run again; run it after a migration.
/// Throws Error (Retry::never) if the name of a role or of the schema is impossible.
std::string roles_text(std::string_view prefix, std::string_view schema);

/// Runs roles_text(). Throws Error; Retry::never if the user lacks the right to make roles.
void make_roles(const Settings& settings, std::string_view prefix);

/// A query with a row for each right of `part` that the current user lacks: `SELECT (xid) on batches`.
std::string missing_rights_text(Part part, std::string_view quoted_schema);

}  // namespace contrail::postgres
