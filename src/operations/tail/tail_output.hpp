#pragma once

#include <ostream>

#include "operations/tail/tail.hpp"

namespace contrail::operations {

/// A line per record: id, sealing time, action, object, key, data, headers. A line that begins with two hyphens
/// tells of a gap. `out` must outlive it.
class TailText : public TailOutput {
public:
    explicit TailText(std::ostream& out) : out_(out) {}

    void record(const Record& record) override;
    void gap(Offset first, Offset last) override;
    void foreign(RecordId id) override;
    bool flush() override;

private:
    std::ostream& out_;
};

/// A line of JSON per record and gap. docs/operations.md describes it. `out` must outlive it.
class TailJson : public TailOutput {
public:
    explicit TailJson(std::ostream& out) : out_(out) {}

    void record(const Record& record) override;
    void gap(Offset first, Offset last) override;
    void foreign(RecordId id) override;
    bool flush() override;

private:
    std::ostream& out_;
};

}  // namespace contrail::operations
