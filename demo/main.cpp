#include "bench/load/simulator_command.hpp"
#include "chaos/chaos_command.hpp"
#include "commands.hpp"
#include "demo/up/up_command.hpp"

/// The program `rocket_rides`: the example, what runs, breaks and judges it as a whole, and a faster simulator.
int main(int argc, char** argv) {
    contrail::Program program("rocket_rides", "Rides by jetpack: a service on a unified log",
                              {.stream_name = "rocket-rides-log"});
    demo::add_up_command(program);
    chaos::add_chaos_command(program);
    rocket_rides::add_verify_command(program);
    rocket_rides::add_reconcile_command(program);
    rocket_rides::add_api_command(program);
    rocket_rides::add_streamer_command(program);
    rocket_rides::add_consumer_command(program);
    rocket_rides::add_warehouse_command(program);
    contrail::load::add_simulator_command(program);
    rocket_rides::add_migrate_command(program);
    return program.main(argc, argv);
}
