#include "contrail/record_key.hpp"

#include "core/json_member.hpp"

namespace contrail {

std::string record_key(const Record& record) {
    if (record.key) return *record.key;
    const auto id = json_member(record.data, "id");
    return id ? record.object + '/' + *id : record.object;
}

std::uint64_t key_hash(std::string_view key) {
    // Fowler, Noll and Vo, http://www.isthe.com/chongo/tech/comp/fnv: the constants are theirs. The low bits of FNV-1a
    // are its weakest, and these choose among a power of two, so the upper half is folded in.
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char byte : key) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 1'099'511'628'211U;
    }
    return hash ^ hash >> 32;
}

}  // namespace contrail
