#include "cli/streamer_admin.hpp"

#include "admin/server_sources.hpp"

namespace contrail::cli {

StreamerAdmin::StreamerAdmin(const Settings& settings, const AdminOptions& options)
    : stream_(settings.stream_name, settings),
      server_(options, stream_.registry()) {
    server_.add(admin::postgres_source(settings));
    server_.add(admin::log_source(settings, admin::impatient_log(settings)));
    stream_.add_to(server_, {.name = "streamer"});
}

}  // namespace contrail::cli
