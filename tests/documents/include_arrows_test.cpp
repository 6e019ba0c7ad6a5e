// Folders include what the map in docs/architecture.md ("The code") allows, and nothing else.

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "documents/source_tree.hpp"

namespace contrail::test {

namespace {

/// What a folder may include besides itself and the public headers.
using Arrows = std::map<std::string, std::set<std::string>>;

/// The map's rows: | `src/core` | what it holds | base, core |
Arrows allowed() {
    static const std::regex row(R"(\| `([a-z_/]+)` \|.*\|([^|]*)\|)");
    Arrows arrows;
    bool in_map = false;
    for (const Line& line : lines_of("docs/architecture.md")) {
        if (line.text.starts_with("## ")) in_map = line.text == "## The code";
        std::smatch cells;
        if (!in_map || !std::regex_match(line.text, cells, row)) continue;
        std::istringstream names(cells[2]);
        std::set<std::string>& folders = arrows[cells[1]];
        for (std::string name; std::getline(names, name, ',');) {
            name.erase(0, name.find_first_not_of(' '));
            name.erase(name.find_last_not_of(' ') + 1);
            if (!name.empty()) folders.insert(name);
        }
    }
    return arrows;
}

/// The longest row that `file` lies under; none if the map lacks it.
const std::pair<const std::string, std::set<std::string>>* row_of(const std::string& file,
                                                                  const Arrows& arrows) {
    const std::pair<const std::string, std::set<std::string>>* found = nullptr;
    for (const auto& row : arrows)
        if (file.starts_with(row.first + '/') && (found == nullptr || row.first.size() > found->first.size()))
            found = &row;
    return found;
}

/// The folder of src that `include` names, such as `core` of "core/backoff.hpp".
std::string folder_of(const std::string& include) {
    const auto folder = include.substr(0, include.find('/'));
    for (const std::string& file : tree())
        if (file.starts_with("src/" + folder + '/')) return folder;
    return "";
}

}  // namespace

TEST(TheMap, NamesEveryFolderOfSources) {
    const Arrows arrows = allowed();
    for (const std::string& file : tree()) {
        if (!has_ending(file, {".cpp", ".hpp"})) continue;
        EXPECT_NE(row_of(file, arrows), nullptr)
            << file << ": give its folder a row in docs/architecture.md, with what it may include.";
    }
}

TEST(TheMap, NamesEveryArrow) {
    static const std::regex include(R"re(#include "([a-z_/]+)/[a-z_]+\.hpp")re");
    const Arrows arrows = allowed();
    for (const std::string& file : tree()) {
        const auto* const row = row_of(file, arrows);
        if (!has_ending(file, {".cpp", ".hpp"}) || row == nullptr || row->second.contains("everything"))
            continue;
        for (const Line& line : lines_of(file)) {
            std::smatch found;
            if (!line.text.starts_with("#include \"")) continue;
            if (!std::regex_search(line.text, found, include)) continue;
            const std::string folder = folder_of(found[1]);
            EXPECT_TRUE(folder.empty() || row->first == "src/" + folder || row->second.contains(folder))
                << line.place() << ": " << row->first << " may not include " << folder
                << ". Turn the dependency round, or allow it in docs/architecture.md and say why there.";
        }
    }
}

}  // namespace contrail::test
