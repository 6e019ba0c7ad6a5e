#pragma once

#include <string>
#include <string_view>

namespace rocket_rides {

/// SQL, for a FROM: by how much the records after an offset change the total, of all that are visible in the
/// statement's snapshot, sealed or not. `alias` has two columns: `distance`, in metres, as a decimal number,
/// and `records`, how many they are.
///
/// Fewer records than there must be, offsets being dense, means that the sum is of no use: some are no longer
/// in the outbox, or say nothing that can be understood of their ride.
///
/// `offset` is SQL, too, and may name columns of what stands before it in the FROM, each with its table.
std::string records_after(std::string_view offset, std::string_view alias, std::string_view quoted_schema);

}  // namespace rocket_rides
