#include "commands.hpp"

#include "command.hpp"

namespace rocket_rides {

void add_commands(Program& program) {
    add_verify_command(program);
    add_reconcile_command(program);
    add_api_command(program);
    add_streamer_command(program);
    add_consumer_command(program);
    add_warehouse_command(program);
    add_migrate_command(program);
}

}  // namespace rocket_rides
