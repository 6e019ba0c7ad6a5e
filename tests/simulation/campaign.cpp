#include "campaign.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "history.hpp"

namespace contrail::simulation {

namespace {

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// What a child tells its parent, in memory that both see. `coverage` is complete when the child has ended.
struct Board {
    std::atomic<std::uint64_t> histories;
    std::atomic<std::uint64_t> steps;
    std::atomic<std::uint64_t> seed;
    Coverage coverage;
};

/// Shared with the children forked afterwards.
class Boards {
public:
    explicit Boards(std::size_t count) : bytes_(count * sizeof(Board)) {
        void* const memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw_errno("Cannot share memory with the jobs");
        boards_ = static_cast<Board*>(memory);
        for (std::size_t i = 0; i < count; ++i) new (boards_ + i) Board{};
    }
    ~Boards() { munmap(boards_, bytes_); }
    Boards(const Boards&) = delete;
    Boards& operator=(const Boards&) = delete;

    Board& operator[](std::size_t index) { return boards_[index]; }

private:
    std::size_t bytes_;
    Board* boards_;
};

/// A job: every `jobs`-th history. Returns its exit status.
int play_every(const Campaign& campaign, std::uint64_t job, Board& board) {
    for (std::uint64_t i = job; i < campaign.seeds; i += campaign.jobs) {
        board.seed = campaign.first_seed + i;
        const Outcome outcome = play(board.seed, campaign.mutant);
        board.coverage += outcome.coverage;
        board.steps += outcome.steps;
        ++board.histories;
        if (outcome.violation) return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

pid_t start(const Campaign& campaign, std::uint64_t job, Board& board) {
    const pid_t child = fork();
    if (child < 0) throw_errno("Cannot start a job");
    if (child > 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(play_every(campaign, job, board));
}

void show_progress(const Campaign& campaign, const Tally& tally, std::chrono::duration<double> elapsed) {
    std::fprintf(stderr, "%llu of %llu histories, %.0f a second, up to about seed %llu\n",
                 static_cast<unsigned long long>(tally.histories),
                 static_cast<unsigned long long>(campaign.seeds),
                 static_cast<double>(tally.histories) / elapsed.count(),
                 static_cast<unsigned long long>(campaign.first_seed + tally.histories));
}

Tally sum_of(Boards& boards, std::uint64_t jobs) {
    Tally tally;
    for (std::uint64_t job = 0; job < jobs; ++job) {
        tally.histories += boards[job].histories;
        tally.steps += boards[job].steps;
    }
    return tally;
}

/// Waits at most a few seconds for a child to end. SIGCHLD is blocked, so it stays pending until taken.
void wait_for_news() {
    constexpr timespec pause{.tv_sec = 5, .tv_nsec = 0};
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigtimedwait(&signals, nullptr, &pause);
}

void block_sigchld() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &signals, nullptr) != 0) throw_errno("Cannot block SIGCHLD");
}

}  // namespace

Tally play(const Campaign& campaign) {
    const auto begin = std::chrono::steady_clock::now();
    block_sigchld();
    Boards boards(campaign.jobs);
    std::vector<pid_t> children;
    for (std::uint64_t job = 0; job < campaign.jobs; ++job) {
        children.push_back(start(campaign, job, boards[job]));
    }

    std::optional<std::uint64_t> failed_seed;
    for (std::size_t running = children.size(); running > 0;) {
        wait_for_news();
        for (std::size_t job = 0; job < children.size(); ++job) {
            int status = 0;
            if (children[job] == 0 || waitpid(children[job], &status, WNOHANG) != children[job]) continue;
            children[job] = 0;
            --running;
            if (status == 0 || failed_seed) continue;
            failed_seed = boards[job].seed;
            for (const pid_t other : children) {
                if (other != 0) kill(other, SIGKILL);
            }
        }
        show_progress(campaign, sum_of(boards, campaign.jobs), std::chrono::steady_clock::now() - begin);
    }

    Tally tally = sum_of(boards, campaign.jobs);
    for (std::uint64_t job = 0; job < campaign.jobs; ++job) tally.coverage += boards[job].coverage;
    tally.failed_seed = failed_seed;
    return tally;
}

}  // namespace contrail::simulation
