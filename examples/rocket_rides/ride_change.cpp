#include "ride_change.hpp"

#include <simdjson.h>

#include <stdexcept>
#include <string>

namespace rocket_rides {

namespace {

/// Which distances a record of each action carries.
struct ActionFields {
    std::string_view action;
    bool distance;
    bool previous_distance;
};

constexpr ActionFields actions[] = {
    {"create", true, false},
    {"update", true, true},
    {"delete", false, true},
};

const ActionFields& fields_of(std::string_view action) {
    for (const auto& known : actions) {
        if (known.action == action) return known;
    }
    throw std::runtime_error("action '" + std::string(action) + "' is not one of create, update, delete");
}

/// Not everybody needs it. (It comes first, where Postgres has printed the object.)
std::optional<std::int64_t> id_of(simdjson::ondemand::object& ride) {
    std::int64_t id = 0;
    switch (const simdjson::error_code error = ride["id"].get(id)) {
        case simdjson::SUCCESS:
            return id;
        case simdjson::NO_SUCH_FIELD:
        case simdjson::INCORRECT_TYPE:
        case simdjson::NUMBER_ERROR:
            return std::nullopt;
        default:
            throw simdjson::simdjson_error(error);
    }
}

}  // namespace

struct RideReader::Parser {
    simdjson::ondemand::parser json;
    std::string padded;  // simdjson reads beyond the end of its input

    RideChange parse(const contrail::Record& record) {
        const ActionFields& fields = fields_of(record.action);
        padded.reserve(record.data.size() + simdjson::SIMDJSON_PADDING);
        padded.assign(record.data);
        simdjson::ondemand::document document = json.iterate(padded.data(), padded.size(), padded.capacity());
        simdjson::ondemand::object ride = document.get_object();
        RideChange change;
        change.id = id_of(ride);
        if (fields.distance) change.distance = ride["distance"].get_double();
        if (fields.previous_distance) change.previous_distance = ride["previous_distance"].get_double();
        return change;
    }
};

RideReader::RideReader() : parser_(std::make_unique<Parser>()) {}
RideReader::~RideReader() = default;

std::optional<RideChange> RideReader::read(const contrail::Record& record) {
    if (record.object != "ride") return std::nullopt;
    try {
        return parser_->parse(record);
    } catch (const std::exception& error) {
        throw std::runtime_error("Record " + record.id.to_string() + " cannot be read as a ride: " +
                                 error.what() + ". Its data: " + record.data.substr(0, 200));
    }
}

}  // namespace rocket_rides
