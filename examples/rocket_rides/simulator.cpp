#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "commands.hpp"
#include "contrail/clock.hpp"
#include "contrail/signals.hpp"
#include "ride.hpp"

/// Takes rides as people do: one at a time, with pauses. Now and then a ride turns out longer or shorter, or
/// is cancelled. For load, see bench/load, whose `simulator` command has this one's flags and more.
namespace rocket_rides {

namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

constexpr double distance_min = 5.0;
constexpr double distance_max_simulated = 1000.0;
constexpr std::chrono::milliseconds pause_max{2'000};

class Simulator {
public:
    Simulator(std::uint16_t port, std::uint64_t seed) : port_(std::to_string(port)), random_(seed) {}

    /// One request; prints what the API answers.
    void run_once() {
        std::discrete_distribution<int> action({90, 8, 2});
        switch (newest_ride_.empty() ? 0 : action(random_)) {
            case 0:
                return post("/rides", http::verb::post);
            case 1:
                return post(newest_ride_, http::verb::patch);
            default:
                return post(newest_ride_, http::verb::delete_);
        }
    }

    std::chrono::milliseconds pause() {
        return std::chrono::milliseconds(std::uniform_int_distribution<int>(0, pause_max.count())(random_));
    }

private:
    void post(const std::string& path, http::verb method) {
        http::request<http::string_body> request(method, path, 11);
        request.set(http::field::host, "localhost");
        if (method != http::verb::delete_) {
            std::uniform_real_distribution<double> distance(distance_min, distance_max_simulated);
            request.set(http::field::content_type, "application/x-www-form-urlencoded");
            request.body() = "distance=" + distance_text(distance(random_));
        }
        request.prepare_payload();
        try {
            const auto response = send(request);
            if (method == http::verb::post) newest_ride_ = std::string(response[http::field::location]);
            if (method == http::verb::delete_) newest_ride_.clear();
            std::cout << fmt::format("Response: status={} body={}", response.result_int(), response.body())
                      << std::endl;
        } catch (const boost::system::system_error& error) {
            std::cout << "Waiting for the API: " << error.what() << std::endl;
        }
    }

    /// On a connection of its own, as from another person's telephone.
    http::response<http::string_body> send(const http::request<http::string_body>& request) {
        boost::asio::io_context context;
        tcp::socket socket(context);
        boost::asio::connect(socket, tcp::resolver(context).resolve("localhost", port_));
        http::write(socket, request);
        boost::beast::flat_buffer buffer;
        http::response<http::string_body> response;
        http::read(socket, buffer, response);
        return response;
    }

    std::string port_;
    std::mt19937_64 random_;
    std::string newest_ride_;  ///< `/rides/521`; empty if there is none, or it was cancelled.
};

}  // namespace

void add_simulator_command(contrail::Program& program) {
    struct Options {
        std::uint16_t port = 5005;
        std::uint64_t seed = std::random_device{}();
        std::optional<std::uint64_t> count;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* const command = program.command("simulator", "Take rides as people do", [options] {
        const auto stop = contrail::stop_on_signals();
        Simulator simulator(options->port, options->seed);
        for (std::uint64_t requests = 0; std::cout && !stop.stop_requested() && requests != options->count;
             ++requests) {
            simulator.run_once();
            contrail::system_clock().wait(simulator.pause(), stop);
        }
        return contrail::exit_success;
    });
    command->add_option("--port", options->port, "The API's port on this machine")
        ->envname("API_PORT")
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Makes the rides the same again");
    command->add_option("--count", options->count, "Requests to make (default: without end)");
}

}  // namespace rocket_rides
