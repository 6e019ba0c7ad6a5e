#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "parameters.hpp"

namespace contrail::fuzz {

void forms(std::string_view input) {
    Input from(input);
    const std::string name = from.text();
    try {
        const auto value = rocket_rides::form_value(from.rest(), name, "form");
        require(!value || value->size() <= from.rest().size(), "decoding makes no value longer");
    } catch (const rocket_rides::Halt&) {
    }
}

}  // namespace contrail::fuzz
