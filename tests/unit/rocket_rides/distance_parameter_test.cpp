#include "api.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <variant>

#include "contrail/http_parameters.hpp"

namespace rocket_rides {

namespace {

using contrail::http::Halt;
using contrail::http::Status;
using Result = std::variant<double, Halt>;

constexpr std::string_view form = "application/x-www-form-urlencoded";
constexpr std::string_view json_type = "application/json";

Result parameter(std::string_view content_type, std::string_view body) {
    contrail::http::Request request;
    if (!content_type.empty()) request.set(boost::beast::http::field::content_type, content_type);
    request.body() = body;
    try {
        return distance_in(request);
    } catch (const Halt& halt) {
        return halt;
    }
}

const Halt missing{Status::unprocessable_entity, "Please specify parameter 'distance'."};
const Halt not_a_number{Status::unprocessable_entity,
                        "Parameter 'distance' must be a floating-point number."};
const Halt negative{Status::unprocessable_entity, "Parameter 'distance' must not be negative."};
const Halt too_long{Status::unprocessable_entity,
                    "Parameter 'distance' must be at most 1000000000 (metres)."};
const Halt repeated{Status::unprocessable_entity, "Parameter 'distance' must be specified only once."};

struct ParameterCase {
    std::string_view body;
    Result result;
};

std::string describe(const Result& result) {
    if (const auto* refusal = std::get_if<Halt>(&result)) {
        return std::to_string(static_cast<unsigned>(refusal->status)) + " " + refusal->message;
    }
    return std::to_string(std::get<double>(result));
}

void expect_results(std::string_view content_type, std::initializer_list<ParameterCase> cases) {
    for (const auto& [body, result] : cases) {
        const Result found = parameter(content_type, body);
        EXPECT_EQ(describe(found), describe(result)) << "body: " << body;
    }
}

Status status_of(const Result& result) {
    return std::get<Halt>(result).status;
}

}  // namespace

TEST(DistanceParameter, IsReadFromAForm) {
    expect_results(form, {
                             {"distance=539.8", 539.8},
                             {"distance=%35%33.5", 53.5},
                             {"d%69stance=5", 5.0},
                             {"name=jet&distance=5&distance2=6", 5.0},
                             {"&&distance=5&", 5.0},

                             {"", missing},
                             {"distance", missing},
                             {"distance=", missing},
                             {"Distance=5", missing},
                             {"distance[]=5", missing},
                             {"name=distance", missing},

                             {"distance=five", not_a_number},
                             {"distance=+5", not_a_number},
                             {"distance=%205", not_a_number},
                             {"distance=5%00", not_a_number},
                             {"distance=5;", not_a_number},
                             {"distance==5", not_a_number},
                             {"distance=NaN", not_a_number},
                             {"distance=Infinity", not_a_number},
                             {"distance=0x10", not_a_number},
                             {"distance=-5", negative},
                             {"distance=1e10", too_long},

                             {"distance=5&distance=6", repeated},
                             {"distance=5&distance=5", repeated},
                             {"distance=5&distance", repeated},
                         });
}

TEST(DistanceParameter, IsReadFromAJsonObject) {
    expect_results(json_type, {
                                  {R"({"distance":539.8})", 539.8},
                                  {R"( { "distance" : 5 } )", 5.0},
                                  {R"({"distance":5e2,"name":"jet"})", 500.0},
                                  {R"({"distance":"5.5"})", 5.5},
                                  {R"({"ride":{"distance":1},"distance":2})", 2.0},

                                  {"", missing},
                                  {"{}", missing},
                                  {R"({"distance":null})", missing},
                                  {R"({"distance":""})", missing},
                                  {R"({"ride":{"distance":1}})", missing},

                                  {R"({"distance":true})", not_a_number},
                                  {R"({"distance":[5]})", not_a_number},
                                  {R"({"distance":{}})", not_a_number},
                                  {R"({"distance":" 5"})", not_a_number},
                                  {R"({"distance":"NaN"})", not_a_number},
                                  {R"({"distance":-5})", negative},
                                  {R"({"distance":12345678901234567890123})", too_long},

                                  {R"({"distance":5,"distance":5})", repeated},
                                  {R"({"distance":5,"dist\u0061nce":null})", repeated},
                              });
}

TEST(DistanceParameter, NeedsABodyThatIsWhatItSays) {
    for (const auto body : {"distance=%", "distance=%4", "%zz=1&distance=5"}) {
        EXPECT_EQ(status_of(parameter(form, body)), Status::bad_request) << body;
    }
    for (const auto body : {"{", "[]", "5", "distance=5", R"({"distance":NaN})", R"({"distance":05})",
                            R"({"distance":5}})", "{\"distance\":\"\xff\"}", R"({"distance":+5})"}) {
        EXPECT_EQ(status_of(parameter(json_type, body)), Status::bad_request) << body;
    }
    EXPECT_EQ(status_of(parameter(json_type, std::string("{\"distance\":1}\0{", 16))), Status::bad_request);
    EXPECT_EQ(status_of(parameter(json_type, R"({"distance":1e400})")), Status::unprocessable_entity);
    EXPECT_EQ(status_of(parameter(json_type, std::string(10'000, '['))), Status::bad_request);
}

TEST(DistanceParameter, NeedsAContentTypeThatIsUnderstood) {
    for (const auto type :
         {"", "text/plain", "multipart/form-data; boundary=x", "application/jsonp", "json"}) {
        EXPECT_EQ(status_of(parameter(type, "distance=5")), Status::unsupported_media_type) << type;
    }
    EXPECT_EQ(describe(parameter("Application/JSON ; charset=utf-8", R"({"distance":5})")), describe(5.0));
    EXPECT_EQ(describe(parameter("application/x-www-form-urlencoded;charset=UTF-8", "distance=5")),
              describe(5.0));
}

TEST(DistanceParameter, IsMissingWhereThereIsNeitherBodyNorType) {
    EXPECT_EQ(describe(parameter("", "")), describe(missing));
    EXPECT_EQ(status_of(parameter("text/plain", "")), Status::unsupported_media_type);
}

}  // namespace rocket_rides
