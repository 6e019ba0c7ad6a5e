#include "support/scrape.hpp"

#include <algorithm>
#include <sstream>

namespace contrail::test {

Scrape::Scrape(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string first, second, name;
        words >> first >> second >> name;
        if (first == "#") {
            std::getline(words >> std::ws, second == "TYPE" ? families_[name].type : families_[name].help);
            continue;
        }
        const auto name_end = line.find_first_of("{ ");
        const auto value_begin = line.rfind(' ') + 1;
        samples_.push_back({line.substr(0, name_end), line.substr(name_end, value_begin - name_end),
                            std::stod(line.substr(value_begin))});
    }
}

std::optional<double> Scrape::value(const std::string& name, const std::vector<std::string>& labels) const {
    const auto found = std::ranges::find_if(samples_, [&](const Sample& sample) {
        return sample.name == name && std::ranges::all_of(labels, [&](const std::string& label) {
                   return sample.labels.find(label) != std::string::npos;
               });
    });
    return found == samples_.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace contrail::test
