#include "operations/json_value.hpp"

#include <nlohmann/json.hpp>

#include "base/json_text.hpp"

namespace contrail::operations {

std::string json_string(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_value(const std::string& text) {
    if (!base::is_json(text)) return json_string(text);
    std::string value;
    base::append_on_one_line(value, text);
    return value;
}

}  // namespace contrail::operations
