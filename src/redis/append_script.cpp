#include "redis/append_script.hpp"

#include <cstdint>

#include "contrail/error.hpp"
#include "redis/command.hpp"

namespace contrail::redis {

namespace {

// Always sent whole, by EVAL: it is small beside the records, and EVALSHA would need a second way for the
// server that does not know it (yet, or after a restart). Redis compiles it once.
//
// The ids are arguments, not counted up in here: that costs Redis about a quarter less time than making
// them, and Lua's numbers, which are doubles, never touch them.
//
// XINFO names each value, and Redis versions differ in how many come before the one we want.
constexpr std::string_view script = R"lua(
local call, stream = redis.call, KEYS[1]

local head = '0-0'
if call('EXISTS', stream) == 1 then
    local info = call('XINFO', 'STREAM', stream)
    for i = 1, #info, 2 do
        if info[i] == 'last-generated-id' then head = info[i + 1] end
    end
end
if head ~= ARGV[1] then return head end

for i = 2, #ARGV, 4 do
    call('XADD', stream, ARGV[i], 'action', ARGV[i + 1], 'object', ARGV[i + 2], 'data', ARGV[i + 3])
end
return ARGV[#ARGV - 3]
)lua";

constexpr std::size_t arguments_before_records = 5;  // EVAL, script, number of keys, key, expected head
constexpr std::size_t arguments_per_record = 4;      // id, action, object, data

}  // namespace

void add_append(std::string& commands, std::string_view stream, RecordId expected,
                std::span<const Record> records) {
    begin_command(commands, arguments_before_records + arguments_per_record * records.size());
    add_argument(commands, "EVAL");
    add_argument(commands, script);
    add_argument(commands, std::uint64_t{1});
    add_argument(commands, stream);
    add_argument(commands, expected);

    RecordId previous = expected;
    for (const Record& record : records) {
        if (record.id <= previous)
            throw Error(Retry::never, "was not sent the records to append: " + record.id.to_string() +
                                          " does not come after " + previous.to_string() +
                                          ". This is a fault of the program.");
        add_argument(commands, record.id);
        add_argument(commands, record.action);
        add_argument(commands, record.object);
        add_argument(commands, record.data);
        previous = record.id;
    }
}

}  // namespace contrail::redis
