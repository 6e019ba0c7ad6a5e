#include "base/json_text.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "operations/cloud_event.hpp"

namespace contrail::fuzz {

void cloud_events(std::string_view input) {
    Input from(input);
    const std::string action = from.text();
    const std::string object = from.text();
    const std::string key = from.text();
    const std::string headers = from.text();
    std::string event;
    operations::append_cloud_event(event, {{1, {1}}, action, object, std::string(from.rest()), key, headers},
                                   "/contrail/a");
    require(base::members_of(event).has_value(), "an event is a JSON object");
    require(event.find('\n') == std::string::npos, "an event is one line");
}

}  // namespace contrail::fuzz
