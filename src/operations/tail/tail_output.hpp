#pragma once

#include <ostream>

#include "operations/tail/tail.hpp"

namespace contrail {

// Both throw Error (Retry::never) at flush() if `out`, which must outlive them, has not taken all.

/// A line for each record: id, time of its seal, action, object, data. What is missing is said in a line that
/// begins with two hyphens.
class TailText : public TailOutput {
public:
    explicit TailText(std::ostream& out) : out_(out) {}

    void record(const Record& record) override;
    void gap(Offset first, Offset last) override;
    void foreign(RecordId id) override;
    void flush() override;

private:
    std::ostream& out_;
};

/// A line of JSON for each, described in docs/operations.md.
class TailJson : public TailOutput {
public:
    explicit TailJson(std::ostream& out) : out_(out) {}

    void record(const Record& record) override;
    void gap(Offset first, Offset last) override;
    void foreign(RecordId id) override;
    void flush() override;

private:
    std::ostream& out_;
};

}  // namespace contrail
