#include "commands.hpp"

int main(int argc, char** argv) {
    contrail::Program program("rocket_rides", "Rides by jetpack: a service on a unified log",
                              {.stream_name = "rocket-rides-log"});
    rocket_rides::add_api_command(program);
    rocket_rides::add_streamer_command(program);
    rocket_rides::add_consumer_command(program);
    rocket_rides::add_warehouse_command(program);
    rocket_rides::add_simulator_command(program);
    rocket_rides::add_reconcile_command(program);
    rocket_rides::add_verify_command(program);
    rocket_rides::add_migrate_command(program);
    return program.main(argc, argv);
}
