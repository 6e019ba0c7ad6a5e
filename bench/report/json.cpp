#include "bench/report/json.hpp"

#include <nlohmann/json.hpp>

namespace contrail::bench {

namespace {

using Json = nlohmann::ordered_json;

void add(Json& json, const std::string& prefix, const Spread& spread) {
    json[prefix + "median"] = spread.median;
    json[prefix + "min"] = spread.min;
    json[prefix + "max"] = spread.max;
}

Json json_of(const Series& series, const Result& result) {
    Json json{{"setting", series.setting}, {"subject", series.subject}, {"unit", series.unit}};
    if (series.x) json["x"] = *series.x;
    add(json, "", spread(series.values));
    if (series.limit) {
        json["limit"] = series.limit->subject;
        if (!series.limit->setting.empty()) json["limit_setting"] = series.limit->setting;
    }
    if (const auto of_limit = ratio(series, result)) add(json, "ratio_", *of_limit);
    json["values"] = series.values;
    return json;
}

Series series_from(const Json& json) {
    Series series{json.at("setting"), json.at("subject"), json.at("unit")};
    if (json.contains("x")) series.x = json["x"].get<double>();
    if (json.contains("limit"))
        series.limit = {json["limit"].get<std::string>(), json.value("limit_setting", std::string())};
    series.values = json.at("values").get<std::vector<double>>();
    return series;
}

}  // namespace

nlohmann::ordered_json to_json(const Result& result) {
    Json json{{"benchmark", result.benchmark}, {"what", result.what}, {"notes", result.notes}};
    json["series"] = Json::array();
    for (const Series& series : result.series) json["series"].push_back(json_of(series, result));
    return json;
}

Result result_from(const nlohmann::ordered_json& json) {
    Result result{json.at("benchmark"), json.at("what"), json.at("notes").get<std::vector<std::string>>()};
    for (const Json& series : json.at("series")) result.series.push_back(series_from(series));
    return result;
}

}  // namespace contrail::bench
