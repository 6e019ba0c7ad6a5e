#include "bench/report/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "contrail/error.hpp"
#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::bench {

namespace {

// Grey, and four colours of medium brightness.
constexpr auto style = R"(
set terminal svg size 640,360 font "sans-serif,13" linewidth 1.5
set border 3 linecolor rgb "#808080"
set tics nomirror textcolor rgb "#808080"
set grid ytics linecolor rgb "#808080" linewidth 0.3
set title textcolor rgb "#808080"
set xlabel textcolor rgb "#808080"
set ylabel textcolor rgb "#808080"
set key outside top center horizontal textcolor rgb "#808080"
set errorbars linecolor rgb "#808080"
set linetype 1 linecolor rgb "#9a8f80" pointtype 7 pointsize 0.6
set linetype 2 linecolor rgb "#2f8fd8" pointtype 7 pointsize 0.6
set linetype 3 linecolor rgb "#c07a3a" pointtype 5 pointsize 0.6
set linetype 4 linecolor rgb "#3aa76a" pointtype 5 pointsize 0.6
set format y "%g"
set boxwidth 0.9
set style fill solid 0.8 noborder
set style histogram errorbars gap 1 linewidth 1
)";

/// In gnuplot's single quotes, only the quote itself is special.
std::string quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char letter : text) quoted += letter == '\'' ? "''" : std::string(1, letter);
    return quoted + "'";
}

std::string columns(const Spread& spread) {
    return fmt::format("{} {} {}", spread.median, spread.min, spread.max);
}

std::string line_script(const Plot& plot) {
    std::string data;
    std::string plots;
    for (std::size_t line = 0; line < plot.lines.size(); ++line) {
        data += fmt::format("$line{} << end\n", line);
        for (const auto& point : plot.lines[line].points)
            data += fmt::format("{} {}\n", point.x, columns(point.y));
        data += "end\n";
        plots += fmt::format("{} $line{} using 1:2:3:4 with yerrorlines linetype {} title {}",
                             line == 0 ? "plot" : ",", line, line + 1, quoted(plot.lines[line].title));
    }
    return data + plots + '\n';
}

std::string bar_script(const Plot& plot) {
    // Labels have two lines, and the groups fill the whole width.
    std::string script = "set style data histograms\nset bmargin 4\nset xrange [-0.6:" +
                         fmt::format("{:.1f}", static_cast<double>(plot.bars.size()) - 0.4) +
                         "]\n$bars << end\n";
    for (const auto& group : plot.bars) {
        script += '"' + group.label + '"';
        for (const Spread& value : group.values) script += ' ' + columns(value);
        script += '\n';
    }
    script += "end\n";
    for (std::size_t bar = 0; bar < plot.bar_titles.size(); ++bar) {
        const std::size_t column = 2 + 3 * bar;
        script += fmt::format("{} $bars using {}:{}:{}{} linetype {} title {}", bar == 0 ? "plot" : ",",
                              column, column + 1, column + 2, bar == 0 ? ":xtic(1)" : "", bar + 1,
                              quoted(plot.bar_titles[bar]));
    }
    return script + '\n';
}

std::string script_for(const Plot& plot, const std::filesystem::path& file) {
    std::string script = "reset\n" + std::string(style) + "set output " + quoted(file) + "\nset title " +
                         quoted(plot.title) + "\nset xlabel " + quoted(plot.x_label) + "\nset ylabel " +
                         quoted(plot.y_label) + '\n';
    if (plot.logarithmic_x) script += "set logscale x\nset format x \"10^{%L}\"\n";
    if (plot.logarithmic_y) script += "set logscale y\n";
    if (!plot.logarithmic_y) script += "set yrange [0:*]\n";
    return script + (plot.bars.empty() ? line_script(plot) : bar_script(plot)) + "unset output\n";
}

}  // namespace

void draw(const std::vector<Plot>& plots, const std::filesystem::path& folder) {
    const servers::TemporaryDirectory scripts;
    const auto file = scripts.path() / "plots.gnuplot";
    std::ofstream script(file);
    for (const Plot& plot : plots) script << script_for(plot, folder / (plot.name + ".svg"));
    if (!script.flush()) throw Error(Retry::never, "Cannot write " + file.string() + '.');

    servers::Command gnuplot;
    gnuplot.arguments = {"gnuplot", file};
    gnuplot.if_not_found = "apt-get install gnuplot-nox";
    if (const auto ended = servers::run(gnuplot); !ended.success())
        throw Error(Retry::never,
                    "Cannot draw plots into " + folder.string() + ": gnuplot " + ended.to_string() + '.');
}

}  // namespace contrail::bench
