#include "bench/adder.hpp"

#include <utility>

#include "bench/adding_up.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"

namespace contrail::bench {

namespace {

/// The pointer makes the handler copyable, as std::function requires; a parser is not.
Handler adding_up(const Settings& settings, const std::string& name) {
    return
        [handler = std::make_shared<AddingUp>(settings, name)](
            Transaction& transaction, std::span<const Record> records) { (*handler)(transaction, records); };
}

}  // namespace

Adder::Adder(const Settings& settings, const std::string& name, ConsumerOptions options)
    : log_(redis_log(settings)),
      checkpoints_(postgres_checkpoints(settings)),
      consumer_(ConsumerName(name), *log_, *checkpoints_, adding_up(settings, name), std::move(options)) {}

void Adder::consume(std::uint64_t records) {
    for (std::uint64_t consumed = 0; consumed < records;) consumed += consumer_.run_once();
}

}  // namespace contrail::bench
