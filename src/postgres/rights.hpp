#pragma once

#include <span>
#include <string>
#include <string_view>

#include "contrail/settings.hpp"

namespace contrail::postgres {

/// What somebody does with Contrail's schema, and needs rights for.
enum class Part {
    producer,    ///< Stages records.
    streamer,    ///< Moves them, and drops those that nobody needs.
    consumer,    ///< Keeps a checkpoint.
    reconciler,  ///< Reduces a service's tables at a place in the log, for which it seals a batch.
    monitor,     ///< Looks: doctor, status, consumer list.
    admin,       ///< Forgets and resets consumers, retries dead letters, trims and rebuilds the log.
};

/// All of them.
std::span<const Part> parts();

/// `producer`, `streamer` …
std::string_view name(Part part);

/// True if whoever has the rights of `whole` has those of `part`: an admin's include all but a producer's.
bool includes(Part whole, Part part);

/// One right that a part needs.
struct Right {
    Part part;
    std::string_view privilege;  ///< As GRANT writes it: `SELECT`.
    std::string_view table;      ///< Without schema.
    std::string_view columns{};  ///< `id, xid`; empty: all of them.
};

/// All that parts need besides USAGE of the schema. The one place where it is written: what migrate gives to
/// roles, and what the doctor asks for, is this.
std::span<const Right> rights();

/// SQL that makes a role without login for each part, `<prefix>_producer` and so on, and gives it exactly its
/// rights: those that it had before are taken back first. Safe to run again, and to be run after a migration.
/// Throws Error (Retry::never) if no role or no schema can have such a name.
std::string roles_text(std::string_view prefix, std::string_view schema);

/// Runs that. Throws Error; Retry::never where the user may not make roles.
void make_roles(const Settings& settings, std::string_view prefix);

/// One query, with a row for each right of `part` that the user who asks it lacks: `SELECT (xid) on batches`.
std::string missing_rights_text(Part part, std::string_view quoted_schema);

}  // namespace contrail::postgres
