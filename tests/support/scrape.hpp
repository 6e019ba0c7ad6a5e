#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace contrail::test {

/// What a program tells at /metrics, taken apart.
class Scrape {
public:
    explicit Scrape(const std::string& text);

    struct Family {
        std::string type;
        std::string help;
    };
    /// By name.
    [[nodiscard]] const std::map<std::string, Family>& families() const { return families_; }

    /// The first sample of this name that bears all these labels, each written `name="value"`.
    [[nodiscard]] std::optional<double> value(const std::string& name,
                                              const std::vector<std::string>& labels = {}) const;

private:
    struct Sample {
        std::string name;
        std::string labels;
        double value;
    };

    std::map<std::string, Family> families_;
    std::vector<Sample> samples_;
};

}  // namespace contrail::test
