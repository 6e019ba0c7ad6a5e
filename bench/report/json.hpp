#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bench/result.hpp"

namespace contrail::bench {

/// A result with all of its values and the figures derived from them (median, minimum, maximum, ratio).
nlohmann::ordered_json to_json(const Result& result);

/// Reads what to_json() wrote, except derived figures. Throws nlohmann::json::exception.
Result result_from(const nlohmann::ordered_json& json);

}  // namespace contrail::bench
