#include "servers/server_log.hpp"

#include <fcntl.h>

#include <deque>
#include <fstream>

namespace contrail::servers {

ServerLog::ServerLog(const Folder& folder)
    : file_(folder.path() / "log"),
      end_(folder.open_file("log", O_WRONLY | O_APPEND | O_CREAT)),
      length_before_(std::filesystem::file_size(file_)) {}

std::string ServerLog::ending() const {
    constexpr std::size_t lines_max = 10;
    std::ifstream stream(file_);
    stream.seekg(static_cast<std::streamoff>(length_before_));
    std::deque<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
        if (lines.size() > lines_max) lines.pop_front();
    }
    if (lines.empty()) return "It wrote nothing to its log, " + file_.string() + '.';
    std::string text = "Its log, " + file_.string() + ", ends with:";
    for (const std::string& line : lines) text += "\n    " + line;
    return text;
}

}  // namespace contrail::servers
