#include "contrail/error.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "postgres/copy_decoder.hpp"

namespace contrail::fuzz {

void copy_rows(std::string_view input) {
    Input from(input);
    postgres::CopyDecoder decoder;
    Record record;
    try {
        while (!from.empty()) {
            const auto message = from.take(from.byte());
            if (!decoder.decode(message, record)) continue;
            require(record.bytes() < message.size(), "a record holds no more than its message");
        }
    } catch (const Error& error) {
        require(error.retry() == Retry::never, "a message that is not the protocol's stays so");
    }
}

}  // namespace contrail::fuzz
