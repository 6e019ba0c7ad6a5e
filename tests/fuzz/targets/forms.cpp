#include "contrail/http_parameters.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

void forms(std::string_view input) {
    Input from(input);
    const std::string name = from.text();
    http::Request request;
    request.target("/?" + std::string(from.rest()));
    try {
        const auto value = http::query_parameter(request, name);
        require(!value || value->size() <= from.rest().size(), "decoding makes no value longer");
    } catch (const http::Halt&) {
    }
}

}  // namespace contrail::fuzz
