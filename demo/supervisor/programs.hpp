#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/settings.hpp"
#include "demo/supervisor/supervised_program.hpp"

namespace demo {

constexpr std::string_view consumer_names[] = {"consumer0", "consumer1"};
constexpr std::string_view warehouse_name = "warehouse";
constexpr std::string_view streamer_name = "streamer";
constexpr std::string_view api_name = "api";
constexpr std::string_view simulator_name = "simulator";

/// The warehouse's file in a data folder.
std::filesystem::path warehouse_file(const std::filesystem::path& data_dir);

/// This program, `rocket_rides`, with other arguments. It finds the servers and the API's port in its
/// environment.
ProgramSpec rocket_rides_program(std::string name, const std::vector<std::string>& arguments,
                                 const contrail::Settings& settings, std::uint16_t api_port);

}  // namespace demo
