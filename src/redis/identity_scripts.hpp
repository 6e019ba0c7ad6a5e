#pragma once

#include <string>

namespace contrail::redis {

// Which outbox feeds a log. The first three scripts act for an outbox (lua_for_outbox()): what is listed comes after
// the keys and arguments that begin_for_outbox() adds.

/// Notes the log's head and replies with it, if the outbox feeds the log, or may begin to. Changes nothing else.
const std::string& check_outbox_script();

/// Replies with the name of the log's incarnation. Argument: what makes the name unique if the log has none.
const std::string& incarnation_script();

/// Notes the outbox, what it has sealed, and in which run of the server. Arguments: the id of the newest record that it
/// has sealed; the incarnation in which it was asked. A later id that is noted for the same outbox stays. Replies with
/// 1, or 0 in another incarnation.
const std::string& claim_script();

/// Notes an outbox, whichever the log names, if the log's last-generated-id is the expected one. Keys: the stream, the
/// identity. Arguments: the expected id; the outbox's id and name; the id of the newest record that it has sealed.
/// Replies with the log's head.
const std::string& assign_script();

}  // namespace contrail::redis
