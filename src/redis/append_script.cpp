#include "redis/append_script.hpp"

#include <cstdint>

#include "core/require.hpp"
#include "redis/command.hpp"
#include "redis/lua.hpp"

namespace contrail::redis {

namespace {

// Notes the first record if the log was empty before the append of so many, and the last one.
constexpr std::string_view lua_note_ends = R"lua(
local function note_ends(first, count)
    note(stream, head_note, '$')
    if call('XLEN', stream) == count then note(stream, first_note, first) end
end
)lua";

// The ids are arguments. To count them up here would cost Redis about a third more time, and Lua's numbers
// are doubles, which do not hold every id.
const std::string& plain_script() {
    static const std::string script = lua_for_outbox(std::string(lua_note_ends) + R"lua(
if head ~= ARGV[3] or feeding_id ~= own_id then return head end

for i = 4, #ARGV, 4 do
    call('XADD', stream, ARGV[i], 'action', ARGV[i + 1], 'object', ARGV[i + 2], 'data', ARGV[i + 3])
end
note_ends(ARGV[4], (#ARGV - 3) / 4)
return ARGV[#ARGV - 3]
)lua");
    return script;
}

// For a chunk with a record that has a key or headers. Each record brings the number of its further arguments, which
// are names and values. A chunk without such a record does not pay for this.
const std::string& further_fields_script() {
    static const std::string script = lua_for_outbox(std::string(lua_note_ends) + R"lua(
if head ~= ARGV[3] or feeding_id ~= own_id then return head end

local i, count = 4, 0
while i < #ARGV do
    local fields_end = i + 4 + ARGV[i + 4]
    head = call('XADD', stream, ARGV[i], 'action', ARGV[i + 1], 'object', ARGV[i + 2], 'data', ARGV[i + 3],
                unpack(ARGV, i + 5, fields_end))
    i, count = fields_end + 1, count + 1
end
note_ends(ARGV[4], count)
return head
)lua");
    return script;
}

constexpr std::size_t arguments_before_records = 1;  // expected head
constexpr std::size_t arguments_per_record = 4;      // id, action, object, data

/// Of a record's further fields: names and values.
std::size_t further_arguments(const Record& record) {
    return (record.key ? 2U : 0U) + (record.headers ? 2U : 0U);
}

void add_further_fields(std::string& commands, const Record& record) {
    add_argument(commands, std::uint64_t{further_arguments(record)});
    if (record.key) {
        add_argument(commands, "key");
        add_argument(commands, *record.key);
    }
    if (record.headers) {
        add_argument(commands, "headers");
        add_argument(commands, *record.headers);
    }
}

}  // namespace

void add_append(std::string& commands, const Keys& keys, const OutboxIdentity& outbox, RecordId expected,
                std::span<const Record> records) {
    std::size_t further = 0;
    for (const Record& record : records) further += further_arguments(record);
    const std::size_t counts = further > 0 ? records.size() : 0;  // of further arguments

    begin_for_outbox(commands, further > 0 ? further_fields_script() : plain_script(), keys, outbox, {},
                     arguments_before_records + arguments_per_record * records.size() + counts + further);
    add_argument(commands, expected);

    RecordId previous = expected;
    for (const Record& record : records) {
        if (record.id <= previous) [[unlikely]]
            require(false, "the ids of records to append rise", record.id.to_string(), previous.to_string());
        add_argument(commands, record.id);
        add_argument(commands, record.action);
        add_argument(commands, record.object);
        add_argument(commands, record.data);
        if (further > 0) add_further_fields(commands, record);
        previous = record.id;
    }
}

}  // namespace contrail::redis
