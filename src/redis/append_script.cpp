#include "redis/append_script.hpp"

#include <cstdint>

#include "core/require.hpp"
#include "redis/command.hpp"
#include "redis/lua.hpp"

namespace contrail::redis {

namespace {

// The ids are arguments. To count them up here would cost Redis about a third more time, and Lua's numbers
// are doubles, which do not hold every id.
const std::string& append_script() {
    static const std::string script = lua_with_head(R"lua(
if head ~= ARGV[1] then return head end

for i = 2, #ARGV, 4 do
    call('XADD', stream, ARGV[i], 'action', ARGV[i + 1], 'object', ARGV[i + 2], 'data', ARGV[i + 3])
end
return ARGV[#ARGV - 3]
)lua");
    return script;
}

constexpr std::size_t arguments_before_records = 5;  // EVAL, script, number of keys, key, expected head
constexpr std::size_t arguments_per_record = 4;      // id, action, object, data

}  // namespace

void add_append(std::string& commands, std::string_view stream, RecordId expected,
                std::span<const Record> records) {
    begin_command(commands, arguments_before_records + arguments_per_record * records.size());
    add_argument(commands, "EVAL");
    add_argument(commands, append_script());
    add_argument(commands, std::uint64_t{1});
    add_argument(commands, stream);
    add_argument(commands, expected);

    RecordId previous = expected;
    for (const Record& record : records) {
        if (record.id <= previous) [[unlikely]]
            require(false, "the ids of records to append rise", record.id.to_string(), previous.to_string());
        add_argument(commands, record.id);
        add_argument(commands, record.action);
        add_argument(commands, record.object);
        add_argument(commands, record.data);
        previous = record.id;
    }
}

}  // namespace contrail::redis
