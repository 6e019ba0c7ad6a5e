#pragma once

#include <string>

#include "contrail/names.hpp"

namespace contrail::redis {

/// The keys of a log in Redis: its stream, and what is kept beside it.
struct Keys {
    explicit Keys(const StreamName& name)
        : stream(name.str()),
          positions(stream + ":positions"),
          cut_offs(stream + ":cut_off"),
          identity(stream + ":identity"),
          status(stream + ":reports") {}

    std::string
        stream;  ///< One entry per record: its id is the record's; fields action, object, data, perhaps key, headers.
    std::string positions;  ///< A hash from consumer names to record ids.
    std::string cut_offs;   ///< A hash from consumer names to `<first missed>-<last missed>-<milliseconds>`.
    std::string identity;   ///< A hash that says which outbox feeds the log: fields id, name, sealed.
    std::string status;     ///< A hash of what programs say about themselves (StatusBoard).
};

}  // namespace contrail::redis
