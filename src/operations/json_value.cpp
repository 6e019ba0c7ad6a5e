#include "operations/json_value.hpp"

#include <nlohmann/json.hpp>

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace contrail::operations {

std::string json_string(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_value(const std::string& text) {
    return base::is_json(text) ? base::harmless(text) : json_string(text);
}

}  // namespace contrail::operations
