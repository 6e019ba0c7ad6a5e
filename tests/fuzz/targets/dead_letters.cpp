#include <nlohmann/json.hpp>

#include "apps/contrail/dead_letters_text.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

void dead_letters(std::string_view input) {
    Input from(input);
    const std::string action = from.text();
    const std::string object = from.text();
    const std::string error = from.text();
    const std::string key = from.text();
    const std::string headers = from.text();
    const postgres::ParkedRecord parked{
        .consumer = "mailer",
        .letter = {.record = {{1, {1}}, action, object, std::string(from.rest()), key, headers},
                   .error = error}};
    require(nlohmann::json::accept(app::to_json(parked)), "a parked record is printed as JSON");
    require(nlohmann::json::accept(app::to_json({parked}, 1, "rides")), "parked records are printed as JSON");
    app::to_text(parked);
    app::to_text({parked}, 1);
}

}  // namespace contrail::fuzz
