#include <string>

#include "archive/record_line.hpp"
#include "archive/trailer.hpp"
#include "base/json_text.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

namespace {

/// The line without its line feed, after a check that it is one.
std::string line_of(const Record& record) {
    std::string line;
    archive::RecordLines().append(line, record);
    require(line.find('\n') == line.size() - 1, "a record is one line");
    line.pop_back();
    return line;
}

/// A record of any writer is a line of JSON. One that the outbox takes is read back unchanged.
void write(Input from) {
    Record record{{1, {1}}, from.text(), from.text(), "", from.text(), from.text()};
    record.data = from.rest();
    const std::string line = line_of(record);
    require(base::members_of(line).has_value(), "a line is a JSON object");
    Record back;
    const bool is_read = archive::read_record_line(line, back);
    require(is_read || !record.headers->starts_with('{') || !base::is_json(*record.headers),
            "a line with headers is read back");
    if (is_read) require(line_of(back) == line, "what is read back makes the same line");
}

}  // namespace

void archive_lines(std::string_view input) {
    Record record;
    if (archive::read_record_line(input, record)) line_of(record);
    if (const auto trailer = archive::read_frame(input))
        require(archive::to_frame(*trailer) == input, "a trailer is read as it is written");
    write(Input(input));
}

}  // namespace contrail::fuzz
