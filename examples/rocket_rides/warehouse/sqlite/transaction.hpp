#pragma once

#include "warehouse/sqlite/database.hpp"

namespace rocket_rides::sqlite {

/// A transaction. Destroyed without commit(): rolled back.
class Transaction {
public:
    enum class Kind {
        read,   ///< What it reads is of one moment.
        write,  ///< From its beginning it is the only one that writes, so that none fails half-way for
                ///< others.
    };

    Transaction(Database& database, Kind kind) : database_(database) {
        database_.run(kind == Kind::read ? "BEGIN" : "BEGIN IMMEDIATE");
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
        // Some errors have ended it already.
        if (sqlite3_get_autocommit(database_.native()) == 0)
            sqlite3_exec(database_.native(), "ROLLBACK", nullptr, nullptr, nullptr);
    }

    void commit() { database_.run("COMMIT"); }

private:
    Database& database_;
};

}  // namespace rocket_rides::sqlite
