#include <stdexcept>

#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "ride.hpp"

namespace contrail::fuzz {

void rides(std::string_view input) {
    Input from(input);
    const std::string action = from.text();
    const std::string data(from.rest());
    for (const std::string& any :
         {action, std::string("create"), std::string("update"), std::string("delete")}) {
        try {
            rocket_rides::read_ride({{1, {1}}, any, "ride", data});
        } catch (const std::runtime_error&) {
        }
    }
}

}  // namespace contrail::fuzz
