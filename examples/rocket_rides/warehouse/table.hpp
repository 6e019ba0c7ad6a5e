#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace rocket_rides {

/// Prints rows in columns, numbers to the right and the rest to the left, under a heading. Columns are as
/// wide as the first thousand rows want them; so memory is bounded, however many rows there are.
class Table {
public:
    using Row = std::vector<std::string>;

    /// `out` must outlive it.
    Table(Row heading, std::ostream& out);

    /// `row` has as many values as the heading.
    void add(Row row);
    /// To be called at the end: prints what is still waiting for its width.
    void finish();

private:
    void measure();
    void print(const Row& row) const;

    std::ostream& out_;
    std::vector<Row> waiting_;
    std::vector<std::size_t> widths_;  ///< Empty until they are known.
    std::vector<bool> numeric_;
};

}  // namespace rocket_rides
