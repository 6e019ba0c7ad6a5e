#include "bench/load/csv_column.hpp"
#include "contrail/error.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

void csv(std::string_view input) {
    const File file(input);
    try {
        load::CsvColumn column(file.path(), "distance");
        while (const auto value = column.next())
            require(value->size() <= input.size(), "a value is a part of the file");
    } catch (const Error& error) {
        require(error.retry() == Retry::never, "a file that is none stays so");
    }
}

}  // namespace contrail::fuzz
