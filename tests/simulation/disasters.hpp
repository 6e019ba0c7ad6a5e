#pragma once

namespace contrail::simulation {

struct World;

/// What may happen to the servers, and to processes wherever they stand, at one step.
void strike(World& world);

}  // namespace contrail::simulation
