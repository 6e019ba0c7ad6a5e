#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/result.hpp"

namespace contrail::bench {

/// A drawing of figures. Lines over numbers, or bars over words.
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

    std::string name;  ///< Of its file: `relay` is `relay.svg`.
    std::string title;
    std::string x_label = {};
    std::string y_label = {};
    bool logarithmic_x = false;
    bool logarithmic_y = false;
    std::vector<Line> lines = {};
    std::vector<std::string> bar_titles = {};
    std::vector<Bars> bars = {};
};

/// Has gnuplot draw each into a file of `folder`, which must be there. On no background and in middle tones,
/// so that they can be read on a light page and on a dark one. Throws Error; it says what to install if
/// gnuplot is missing.
void draw(const std::vector<Plot>& plots, const std::filesystem::path& folder);

}  // namespace contrail::bench
