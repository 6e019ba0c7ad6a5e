#include "cli/confirm.hpp"

#include <unistd.h>

#include <iostream>

namespace contrail::cli {

bool confirmed(const std::string& question) {
    if (isatty(STDIN_FILENO) == 0) {
        std::cerr << question
                  << " Standard input is no terminal, so contrail cannot ask. Add --yes to confirm.\n";
        return false;
    }
    std::cout << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "yes";
}

}  // namespace contrail::cli
