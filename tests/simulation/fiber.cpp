#include "fiber.hpp"

#include <cxxabi.h>

#include <cstring>
#include <utility>

#include "stack_pool.hpp"

// GCC says so by macros of its own, clang by __has_feature.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONTRAIL_ASAN
#elif __has_feature(thread_sanitizer)
#define CONTRAIL_TSAN
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(CONTRAIL_ASAN)
#include <sanitizer/common_interface_defs.h>
#define CONTRAIL_ON_ASAN(call) call
#else
#define CONTRAIL_ON_ASAN(call)
#endif
#if defined(__SANITIZE_THREAD__) || defined(CONTRAIL_TSAN)
#include <sanitizer/tsan_interface.h>
#define CONTRAIL_ON_TSAN(call) call
#else
#define CONTRAIL_ON_TSAN(call)
#endif

namespace contrail::simulation {

namespace context = boost::context;

namespace {

/// Notes where the stack lies that it hands out.
struct NotingStack : PooledStack {
    NotingStack(const void*& bottom, std::size_t& bytes) : bottom_(bottom), bytes_(bytes) {}

    context::stack_context allocate() {
        const context::stack_context stack = PooledStack::allocate();
        bytes_ = stack.size;
        bottom_ = static_cast<const char*>(stack.sp) - stack.size;
        return stack;
    }

private:
    const void*& bottom_;
    std::size_t& bytes_;
};

}  // namespace

Fiber::Fiber(std::function<void()> body)
    : body_(std::move(body)),
      inside_(std::allocator_arg, NotingStack(inside_bottom_, inside_bytes_),
              [this](context::fiber&& outside) {
                  outside_ = std::move(outside);
                  run();
                  return std::move(outside_);
              }) {
    CONTRAIL_ON_TSAN(inside_thread_ = __tsan_create_fiber(0));
}

// A body that has not ended is unwound here, on its own stack. ThreadSanitizer keeps a record of calls for
// each fiber, and what leaves a function there must be counted where it was entered; likewise in resume().
Fiber::~Fiber() {
    CONTRAIL_ON_TSAN(outside_thread_ = __tsan_get_current_fiber());
    CONTRAIL_ON_TSAN(__tsan_switch_to_fiber(inside_thread_, 0));
    inside_ = {};
    CONTRAIL_ON_TSAN(__tsan_switch_to_fiber(outside_thread_, 0));
    CONTRAIL_ON_TSAN(__tsan_destroy_fiber(inside_thread_));
}

void Fiber::run() {
    CONTRAIL_ON_ASAN(__sanitizer_finish_switch_fiber(nullptr, &outside_bottom_, &outside_bytes_));
    body_();
    ended_ = true;
    CONTRAIL_ON_ASAN(__sanitizer_start_switch_fiber(nullptr, outside_bottom_, outside_bytes_));
}

void Fiber::swap_exceptions() {
    // What the Itanium C++ ABI calls __cxa_eh_globals; it has just these two members.
    void* const of_thread = abi::__cxa_get_globals();
    Exceptions running;
    std::memcpy(&running, of_thread, sizeof(running));
    std::memcpy(of_thread, &exceptions_, sizeof(exceptions_));
    exceptions_ = running;
}

void Fiber::resume() {
    swap_exceptions();
    [[maybe_unused]] void* fake_stack = nullptr;
    CONTRAIL_ON_ASAN(__sanitizer_start_switch_fiber(&fake_stack, inside_bottom_, inside_bytes_));
    CONTRAIL_ON_TSAN(outside_thread_ = __tsan_get_current_fiber());
    CONTRAIL_ON_TSAN(__tsan_switch_to_fiber(inside_thread_, 0));
    inside_ = std::move(inside_).resume();
    CONTRAIL_ON_TSAN(if (ended_) __tsan_switch_to_fiber(outside_thread_, 0));
    CONTRAIL_ON_ASAN(__sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr));
    swap_exceptions();
}

void Fiber::suspend() {
    [[maybe_unused]] void* fake_stack = nullptr;
    CONTRAIL_ON_ASAN(__sanitizer_start_switch_fiber(&fake_stack, outside_bottom_, outside_bytes_));
    CONTRAIL_ON_TSAN(__tsan_switch_to_fiber(outside_thread_, 0));
    outside_ = std::move(outside_).resume();
    CONTRAIL_ON_ASAN(__sanitizer_finish_switch_fiber(fake_stack, &outside_bottom_, &outside_bytes_));
}

}  // namespace contrail::simulation
