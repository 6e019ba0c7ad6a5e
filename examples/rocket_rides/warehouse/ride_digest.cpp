#include "warehouse/ride_digest.hpp"

#include <openssl/sha.h>

#include <array>
#include <bit>
#include <cstddef>
#include <span>

namespace rocket_rides {

namespace {

constexpr std::size_t word_bytes = 8;
using Word = std::span<unsigned char, word_bytes>;

// Big-endian, as Postgres' int8send() and float8send() have it.
void write(std::uint64_t number, Word bytes) {
    for (std::size_t i = 0; i < word_bytes; ++i)
        bytes[i] = static_cast<unsigned char>(number >> (8 * (word_bytes - 1 - i)));
}

std::uint64_t read(std::span<const unsigned char, word_bytes> bytes) {
    std::uint64_t number = 0;
    for (const unsigned char byte : bytes) number = number << 8U | byte;
    return number;
}

}  // namespace

void RideDigest::add(std::int64_t id, double distance) {
    std::array<unsigned char, 2 * word_bytes> ride;
    write(static_cast<std::uint64_t>(id), Word(ride.data(), word_bytes));
    write(std::bit_cast<std::uint64_t>(distance), Word(ride.data() + word_bytes, word_bytes));
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
    SHA256(ride.data(), ride.size(), hash.data());
    value_ += read(std::span<const unsigned char, word_bytes>(hash.data(), word_bytes));
}

}  // namespace rocket_rides
