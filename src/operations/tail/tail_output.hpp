#pragma once

#include <ostream>
#include <string>

#include "archive/record_line.hpp"
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
    archive::RecordLines lines_;
    std::string line_;
    std::ostream& out_;
};

/// A CloudEvent per record, as JSON, one a line. What is no record is no event: gaps and foreign entries go to
/// `errors`. `out` and `errors` must outlive it.
class TailCloudEvents : public TailOutput {
public:
    TailCloudEvents(const StreamName& log, std::ostream& out, std::ostream& errors);

    void record(const Record& record) override;
    void gap(Offset first, Offset last) override { holes_.gap(first, last); }
    void foreign(RecordId id) override { holes_.foreign(id); }
    bool flush() override;

private:
    std::string source_;
    std::string line_;
    std::ostream& out_;
    TailText holes_;
};

}  // namespace contrail::operations
