#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "contrail/consumer_options.hpp"

namespace contrail::cli {

/// Declares `--from PLACE` as a flag of `command`; parsing calls `take`. `help` stands before the forms that
/// a place has.
CLI::Option* add_starting_place(CLI::App& command, std::function<void(const StartingPlace&)> take,
                                const std::string& help);

/// Declares a consumer's tunables as flags of `command`; parsing writes them into `options`, which must live
/// until then.
void add_consumer_options(CLI::App& command, ConsumerOptions& options);

/// Declares `--segments` and `--workers`, which make a consumer a PartitionedConsumer.
void add_partition_options(CLI::App& command, std::optional<std::uint32_t>& segments,
                           std::optional<std::uint32_t>& workers);

}  // namespace contrail::cli
