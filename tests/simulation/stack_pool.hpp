#pragma once

#include <boost/context/protected_fixedsize_stack.hpp>
#include <vector>

namespace contrail::simulation {

/// Stacks with a guard page, used again: to map and protect one costs more than a short history.
/// Boost.Context's "stack allocator". All copies share one pool, which lives as long as the program.
class PooledStack {
public:
    boost::context::stack_context allocate() {
        if (free().empty()) return boost::context::protected_fixedsize_stack(stack_bytes).allocate();
        const auto stack = free().back();
        free().pop_back();
        return stack;
    }
    void deallocate(boost::context::stack_context& stack) { free().push_back(stack); }

private:
    // Exceptions unwind on it, and sanitizers make frames several times larger.
    static constexpr std::size_t stack_bytes = 256 * 1024;

    static std::vector<boost::context::stack_context>& free() {
        static std::vector<boost::context::stack_context> stacks;
        return stacks;
    }
};

}  // namespace contrail::simulation
