#pragma once

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace rocket_rides::chaos {

struct World;

/// What a disaster befalls. Two that befall one server are never on at once: the second would undo the first.
enum class Victim { programs, network, postgres, redis };

using Random = std::mt19937_64;

/// A disaster that has struck.
struct Strike {
    std::string told;                 ///< What was done to whom.
    std::function<void()> undo = {};  ///< Called once, when its time is over. Empty: it needs no undoing.
    bool over = false;                ///< Its time is over at once.
};

/// A kind of disaster. To add one, write a function that returns it, and enter that in all_disasters().
struct Disaster {
    std::string name;
    Victim victim;
    std::string does;
    std::string undone;
    /// Strikes. Must not wait for long. What is random in it comes from `random` only. A server that it
    /// befalls and that dies of it stays dead until its time is over, and is then started again.
    std::function<Strike(World& world, Random& random)> strike;
    /// Why this world does not allow it; nothing if it does.
    std::function<std::optional<std::string>(const World& world)> hindrance = [](const World&) {
        return std::nullopt;
    };
};

/// All kinds, in the order in which `--list` shows them.
std::vector<Disaster> all_disasters();

/// A random one of `all`, which is not empty.
template <class T>
const T& any_of(const std::vector<T>& all, Random& random) {
    return all[std::uniform_int_distribution<std::size_t>(0, all.size() - 1)(random)];
}

}  // namespace rocket_rides::chaos
