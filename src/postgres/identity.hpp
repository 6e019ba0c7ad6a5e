#pragma once

#include <string>
#include <string_view>

#include "contrail/outbox_identity.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// Where the records of an outbox were staged, as its schema notes it, beside what the database shows.
struct Identity {
    /// Transaction ids mean something only in the cluster that assigned them, and a log is fed by one database.
    enum class Origin {
        here,            ///< Staged in this database.
        upgraded,        ///< Staged in this database, before pg_upgrade gave the cluster a new number.
        unknown,         ///< The schema notes nothing.
        other_cluster,   ///< Restored from a dump, or copied by replication.
        other_database,  ///< Copied inside the cluster, as by CREATE DATABASE … TEMPLATE.
        rewritten,       ///< The note was written by hand, or restored from a dump.
        ahead,           ///< The newest batch names transactions that this cluster has not assigned yet.
        replaced,        ///< A table was dropped and made again, as by a restore of that table alone.
        imported,        ///< The batches came with the data of a dump, into a schema that was made here.
    };

    std::string cluster{};        ///< As in pg_control_system().
    std::string database{};       ///< Its oid.
    std::string noted_cluster{};  ///< Empty: there is no note.
    std::string noted_database{};
    std::string stream{};  ///< The log that the outbox feeds. Empty: no streamer has led yet.
    /// The note lies where the statement that made it left it. pg_upgrade copies files, so it keeps the note's
    /// transaction and the table's oid. A dump keeps neither.
    bool note_is_original = false;
    bool upgrades_keep_oids = false;  ///< pg_upgrade to this version keeps the oids of databases.
    std::string newest_ends_at{};     ///< The first transaction id after those that the newest batch knows.
    std::string cluster_ends_at{};    ///< The first transaction id that the cluster has not assigned.
    bool newest_is_ahead = false;
    std::string outbox_id{};        ///< Which outbox this is to its log. Empty: no streamer has begun yet.
    std::string replaced_tables{};  ///< Names of tables that are not those of the note, with commas.
    /// No streamer has led here, and the newest batch does not lie where the statement that sealed it left it. Or
    /// batches are missing after the base, which only a restore beside the schema's own batch 0 leaves.
    bool batches_are_imported = false;

    [[nodiscard]] Origin origin() const;

    /// True if the records were staged here, so that their transaction ids tell which of them were sent.
    [[nodiscard]] bool is_own() const;

    /// Why the records were not staged here, in a clause that follows the schema's name and a colon; empty if
    /// they were.
    [[nodiscard]] std::string contradiction() const;
};

Identity identity(Connection& connection, std::string_view quoted_schema);

/// Throws Error (Retry::never) unless the records were staged in this database.
void require_own(const Identity& identity, const Connection& connection, std::string_view quoted_schema);

/// Throws Error (Retry::never) if the outbox feeds another log than `stream`.
void require_stream(const Identity& identity, std::string_view stream, const Connection& connection);

/// Notes that the records were staged in this database, and feed the log `stream` unless another one is noted. Gives
/// the outbox its id if it has none. The row must exist.
void note_identity(Connection& connection, std::string_view quoted_schema, const std::string& stream);

/// Notes that the records were staged in this database, and feed the log `stream` whatever is noted. Gives the outbox
/// a new id unless `found` says that the noted one is its own: the outbox from which it was copied may still work.
/// Returns the id. The row must exist.
std::string adopt_identity(Connection& connection, std::string_view quoted_schema, const std::string& stream,
                           const Identity& found);

/// The outbox with this id in the connection's database.
OutboxIdentity outbox_identity(const Connection& connection, std::string_view quoted_schema, std::string id);

/// Notes that the records were staged in this database, if the schema notes nothing.
void insert_identity(Connection& connection, std::string_view quoted_schema);

}  // namespace contrail::postgres
