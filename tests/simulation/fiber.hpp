#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <functional>

namespace contrail::simulation {

/// A function that can be left in the middle of anything it calls, also while it handles an exception, and
/// gone on with later. No threads: it runs only inside resume(). Sanitizers are told of every switch.
class Fiber {
public:
    /// `body` must not throw. Its stack has 256 KiB above a guard page.
    explicit Fiber(std::function<void()> body);
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /// Runs until the body calls suspend(), or ends. Not to be called once it has ended.
    void resume();

    /// Called in the body: returns to the caller of resume().
    void suspend();

    [[nodiscard]] bool ended() const { return ended_; }

private:
    /// The exceptions that are being handled: the language keeps them per thread, and each fiber has its own.
    struct Exceptions {
        void* caught = nullptr;
        unsigned int uncaught = 0;
    };

    void run();
    void swap_exceptions();

    std::function<void()> body_;
    bool ended_ = false;
    Exceptions exceptions_;  ///< Those of the side that does not run.

    // What the sanitizers want to know of both stacks. Set while inside_ is constructed, so declared first.
    const void* inside_bottom_ = nullptr;
    std::size_t inside_bytes_ = 0;
    [[maybe_unused]] const void* outside_bottom_ = nullptr;
    [[maybe_unused]] std::size_t outside_bytes_ = 0;
    [[maybe_unused]] void* inside_thread_ = nullptr;
    [[maybe_unused]] void* outside_thread_ = nullptr;

    boost::context::fiber outside_;
    boost::context::fiber inside_;
};

}  // namespace contrail::simulation
