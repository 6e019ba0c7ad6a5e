#include "api/form.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

void forms(std::string_view input) {
    Input from(input);
    const std::string name = from.text();
    const auto values = rocket_rides::form_values(from.rest(), name);
    if (!values) return;
    for (const std::string& value : *values)
        require(value.size() <= from.rest().size(), "decoding makes no value longer");
}

}  // namespace contrail::fuzz
