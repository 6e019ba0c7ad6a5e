#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "bench/load/csv_column.hpp"

namespace contrail::load {

/// Where simulated rides come from.
class RideSource {
public:
    virtual ~RideSource() = default;

    /// The next ride's distance in metres; nothing after the last.
    virtual std::optional<double> next() = 0;

    /// How many rides there are in all, if known.
    [[nodiscard]] virtual std::optional<std::uint64_t> total() const = 0;
};

/// Random rides of 5 to 1000 metres. The same seed gives the same rides.
class RandomRides : public RideSource {
public:
    /// `count`: how many; nothing: without end.
    RandomRides(std::uint64_t seed, std::optional<std::uint64_t> count);

    std::optional<double> next() override;
    [[nodiscard]] std::optional<std::uint64_t> total() const override { return count_; }

private:
    std::mt19937_64 random_;
    std::optional<std::uint64_t> count_;
    std::uint64_t drawn_ = 0;
};

/// The column `distance` of a CSV file.
///
/// Errors  Throws Error (Retry::never) that names file and line. The constructor reads a regular file to its
///         end, to find a bad row before the first ride is posted. It checks a pipe, which it can read only
///         once, row by row.
class FileRides : public RideSource {
public:
    /// `count`: at most so many of its rides.
    FileRides(const std::string& file, std::optional<std::uint64_t> count);

    std::optional<double> next() override;
    [[nodiscard]] std::optional<std::uint64_t> total() const override { return total_; }

private:
    CsvColumn distances_;
    std::optional<std::uint64_t> count_;
    std::optional<std::uint64_t> total_;
    std::uint64_t drawn_ = 0;
};

}  // namespace contrail::load
