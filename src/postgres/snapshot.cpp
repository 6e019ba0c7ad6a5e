#include "postgres/snapshot.hpp"

#include <algorithm>
#include <charconv>

#include "core/require.hpp"

namespace contrail::postgres {

namespace {

/// Takes a number, and the separator after it, off the front of `text`.
std::uint64_t take_number(std::string_view& text, char separator) {
    std::uint64_t number = 0;
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    require(error == std::errc{}, "a snapshot consists of numbers");
    text.remove_prefix(static_cast<std::size_t>(last - text.data()));
    if (text.starts_with(separator)) text.remove_prefix(1);
    return number;
}

}  // namespace

Snapshot Snapshot::parse(std::string_view text) {
    Snapshot snapshot;
    snapshot.xmin = take_number(text, ':');
    snapshot.xmax = take_number(text, ':');
    while (!text.empty()) snapshot.under_way.push_back(take_number(text, ','));
    return snapshot;
}

bool only_ended(std::uint64_t xid, const Snapshot& before, const Snapshot& now) {
    if (now.xmax != xid + 1 || before.xmax > xid) return false;
    // Those that began between `before` and `xid` must not have ended.
    const std::uint64_t begun = xid - before.xmax;
    if (now.under_way.size() != before.under_way.size() + begun) return false;
    const auto boundary = now.under_way.begin() + static_cast<std::ptrdiff_t>(before.under_way.size());
    if (!std::equal(now.under_way.begin(), boundary, before.under_way.begin())) return false;
    // Ascending, below xid, and as many as there are numbers from before.xmax on.
    return begun == 0 || (*boundary == before.xmax && now.under_way.back() == xid - 1);
}

}  // namespace contrail::postgres
