#pragma once

#include <vector>

#include "chaos/disaster.hpp"

/// The kinds of disaster, one function for each file of this folder.
namespace rocket_rides::chaos {

std::vector<Disaster> killed_programs();
std::vector<Disaster> frozen_programs();
std::vector<Disaster> crowds();
std::vector<Disaster> broken_connections();
std::vector<Disaster> postgres_failures();
std::vector<Disaster> redis_failures();
std::vector<Disaster> redis_losses();
std::vector<Disaster> redis_refusals();
std::vector<Disaster> full_disks();

}  // namespace rocket_rides::chaos
