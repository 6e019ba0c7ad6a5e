#include "cli/confirm.hpp"

#include <unistd.h>

#include <iostream>

namespace contrail::cli {

bool confirmed(const std::string& question) {
    if (isatty(STDIN_FILENO) == 0) {
        std::cerr << question << " Nobody is there to be asked; --yes says that it is meant.\n";
        return false;
    }
    std::cout << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "yes";
}

}  // namespace contrail::cli
