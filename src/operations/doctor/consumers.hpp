#pragma once

#include "operations/consumers/standing.hpp"
#include "operations/doctor/finding.hpp"

namespace contrail::doctor {

Findings judge(const std::vector<ConsumerStanding>& consumers);

}  // namespace contrail::doctor
