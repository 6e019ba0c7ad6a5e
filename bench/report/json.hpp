#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bench/result.hpp"

namespace contrail::bench {

/// A result with all of its values, and what follows from them (median, least, most, ratio).
nlohmann::ordered_json to_json(const Result& result);

/// Reads what to_json() made; what follows from the values is not read. Throws nlohmann::json::exception.
Result result_from(const nlohmann::ordered_json& json);

}  // namespace contrail::bench
