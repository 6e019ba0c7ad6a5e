#include "servers/server_log.hpp"

#include <deque>
#include <fstream>
#include <utility>

namespace contrail::servers {

ServerLog::ServerLog(std::filesystem::path file)
    : file_(std::move(file)),
      end_(open_for_append(file_)),
      length_before_(std::filesystem::file_size(file_)) {}

std::string ServerLog::ending() const {
    std::ifstream stream(file_);
    stream.seekg(static_cast<std::streamoff>(length_before_));
    std::deque<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
        if (lines.size() > 10) lines.pop_front();
    }
    if (lines.empty()) return "It wrote nothing to its log, " + file_.string() + '.';
    std::string text = "Its log, " + file_.string() + ", ends with:";
    for (const std::string& line : lines) text += "\n    " + line;
    return text;
}

}  // namespace contrail::servers
