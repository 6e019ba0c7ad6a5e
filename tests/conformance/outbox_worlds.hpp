#pragma once

#include <memory>
#include <optional>
#include <string>

#include "contrail/outbox.hpp"

namespace contrail::test {

/// A service's open transaction. Destroyed without commit(): rolled back.
class Writer {
public:
    virtual ~Writer() = default;
    virtual void stage(const std::string& json, const std::optional<std::string>& key = {},
                       const std::optional<std::string>& headers = {}) = 0;
    virtual void commit() = 0;
};

/// An outbox, empty at first, with two streamers at work on it and any number of writers.
class OutboxWorld {
public:
    virtual ~OutboxWorld() = default;
    virtual Outbox& outbox() = 0;
    virtual Outbox& other_outbox() = 0;
    virtual std::unique_ptr<Writer> begin() = 0;
};

using MakeOutboxWorld = std::unique_ptr<OutboxWorld> (*)();
std::unique_ptr<OutboxWorld> make_memory_outbox_world();
std::unique_ptr<OutboxWorld> make_postgres_outbox_world();

}  // namespace contrail::test
