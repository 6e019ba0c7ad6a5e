#pragma once

#include <libpq-fe.h>

#include <memory>

namespace contrail::postgres {

/// Frees what libpq allocated.
struct Release {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
    void operator()(PGresult* result) const noexcept { PQclear(result); }
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
    void operator()(PGcancel* cancel) const noexcept { PQfreeCancel(cancel); }
    void operator()(char* text) const noexcept { PQfreemem(text); }
};

using ConnectionHandle = std::unique_ptr<PGconn, Release>;
using ResultHandle = std::unique_ptr<PGresult, Release>;
using CancelHandle = std::unique_ptr<PGcancel, Release>;
using OptionsHandle = std::unique_ptr<PQconninfoOption, Release>;
using TextHandle = std::unique_ptr<char, Release>;

}  // namespace contrail::postgres
