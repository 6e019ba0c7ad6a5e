#include "command.hpp"

int main(int argc, char** argv) {
    contrail::cli::Program program("contrail", "A unified log on PostgreSQL and Redis Streams");
    contrail::app::add_adopt_command(program);
    contrail::app::add_archive_command(program);
    contrail::app::add_consume_command(program);
    contrail::app::add_consumer_command(program);
    contrail::app::add_dashboard_command(program);
    contrail::app::add_dead_letters_command(program);
    contrail::app::add_doctor_command(program);
    contrail::app::add_init_command(program);
    contrail::app::add_migrate_command(program);
    contrail::app::add_mirror_command(program);
    contrail::app::add_rebuild_command(program);
    contrail::app::add_reconcile_command(program);
    contrail::app::add_status_command(program);
    contrail::app::add_stream_command(program);
    contrail::app::add_tail_command(program);
    contrail::app::add_trim_command(program);
    return program.main(argc, argv);
}
