#pragma once

namespace contrail::simulation {

struct World;

/// Injects the faults of one step into the servers, and into processes wherever they stand.
void inject_server_faults(World& world);

}  // namespace contrail::simulation
