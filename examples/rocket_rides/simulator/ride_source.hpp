#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "simulator/csv_column.hpp"

namespace rocket_rides {

/// Where simulated rides come from.
class RideSource {
public:
    virtual ~RideSource() = default;

    /// The next ride's distance in metres; nothing after the last.
    virtual std::optional<double> next() = 0;

    /// How many there are in all, where that is known.
    [[nodiscard]] virtual std::optional<std::uint64_t> total() const = 0;
};

/// Random rides of 5 to 1000 metres, the same ones for the same seed.
class RandomRides : public RideSource {
public:
    /// `count`: how many; nothing means no end.
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
/// Errors  Throws Error (Retry::never) that names file and line. The constructor reads a regular file
///         through, so that a bad row is found before the first ride is posted; what can be read only once
///         (a pipe) is checked while it is read.
class FileRides : public RideSource {
public:
    /// `count`: how many of its rides at the most.
    FileRides(const std::string& file, std::optional<std::uint64_t> count);

    std::optional<double> next() override;
    [[nodiscard]] std::optional<std::uint64_t> total() const override { return total_; }

private:
    CsvColumn distances_;
    std::optional<std::uint64_t> count_;
    std::optional<std::uint64_t> total_;
    std::uint64_t drawn_ = 0;
};

}  // namespace rocket_rides
