#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/result.hpp"

namespace contrail::bench {

/// A plot: lines over numbers, or bars over labels.
struct Plot {
    struct Point {
        double x = 0;
        Spread y;
    };
    struct Line {
        std::string title;
        std::vector<Point> points;
    };
    /// A group of bars, one for each of `bar_titles`.
    struct Bars {
        std::string label;
        std::vector<Spread> values;
    };

    std::string name;  ///< Name of its file: `relay` is `relay.svg`.
    std::string title;
    std::string x_label = {};
    std::string y_label = {};
    bool logarithmic_x = false;
    bool logarithmic_y = false;
    std::vector<Line> lines = {};
    std::vector<std::string> bar_titles = {};
    std::vector<Bars> bars = {};
};

/// Lets gnuplot draw each plot into a file in `folder`, which must exist. The plots have no background and
/// use middle tones, to be readable on light and dark pages. Throws Error, which says what to install if
/// gnuplot is missing.
void draw(const std::vector<Plot>& plots, const std::filesystem::path& folder);

}  // namespace contrail::bench
