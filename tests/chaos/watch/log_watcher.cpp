#include "chaos/watch/log_watcher.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"

namespace chaos {

using contrail::Record;
using contrail::RecordId;

LogWatcher::LogWatcher(std::function<std::unique_ptr<LogSource>()> open)
    : open_(std::move(open)),
      thread_([this](const std::stop_token& stop) { watch(stop); }) {}

void LogWatcher::watch(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds pause_without_log{50};
    while (!stop.stop_requested()) {
        try {
            const auto source = open_();
            while (!stop.stop_requested()) read(*source);
        } catch (const contrail::Error&) {
            // A fault of the log's servers is active.
            contrail::system_clock().wait(pause_without_log, stop);
        }
    }
}

void LogWatcher::read(LogSource& source) {
    RecordId after;
    {
        const std::lock_guard lock(mutex_);
        after = read_to_;
    }
    std::vector<Record> records = source.read(after);
    const std::lock_guard lock(mutex_);
    if (after != read_to_) return;  // sweep() was called meanwhile
    if (records.empty()) sweeping_ = false;
    for (Record& record : records) {
        if (record.id.offset.value != 0) read_to_ = record.id;
        seen_.enter(std::move(record), findings_);
    }
}

void LogWatcher::sweep() {
    const std::lock_guard lock(mutex_);
    sweeping_ = true;
    read_to_ = {};
    seen_.begin_pass();
}

bool LogWatcher::swept() const {
    const std::lock_guard lock(mutex_);
    return !sweeping_;
}

bool LogWatcher::has(const std::vector<std::uint64_t>& numbers) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::all_of(numbers, [&](std::uint64_t number) { return seen_.find(number).has_value(); });
}

SeenLog LogWatcher::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

Findings LogWatcher::findings() const {
    const std::lock_guard lock(mutex_);
    return findings_;
}

}  // namespace chaos
