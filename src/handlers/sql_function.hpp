#pragma once

#include <span>
#include <string>

#include "contrail/checkpoints.hpp"
#include "contrail/names.hpp"
#include "contrail/postgres.hpp"
#include "contrail/record.hpp"
#include "contrail/settings.hpp"
#include "handlers/function_name.hpp"
#include "handlers/record_json.hpp"

namespace contrail::handlers {

/// A function in the consumer's own database, as the handler of a Consumer: `function(records jsonb)`, called once
/// for a batch, with an array of records (see RecordJson), inside the transaction that moves the checkpoint.
///
/// The call names the function with its schema. In the function, the user's search_path applies, unless its
/// definition sets one.
///
/// What the function raises below an exception (NOTICE, WARNING) goes to the log of the consumer.
///
/// Threads  Not thread-safe.
class SqlFunction {
public:
    SqlFunction(const ConsumerName& consumer, FunctionName name);

    /// Finds the function, in a session of its own. Throws Error: Retry::never, with the statement to run, if the
    /// function cannot be called.
    void require_callable(const Settings& settings) const;

    /// The handler. An exception of the function rejects the records if they are at fault (see function_fault). After a
    /// failure it first finds the function again: one that was dropped meanwhile is no fault of the records, and the
    /// consumer waits for it.
    void apply(Transaction& transaction, std::span<const Record> records);

private:
    void call(pg_conn* connection);

    std::string consumer_;
    FunctionName name_;
    std::string call_;
    RecordJson writer_;
    SqlValue json_ = "";  ///< Kept, so that its memory is used again.
    bool failed_ = false;
};

}  // namespace contrail::handlers
