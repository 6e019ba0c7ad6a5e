#include "warehouse/contents.hpp"

#include "warehouse/ride_digest.hpp"
#include "warehouse/sqlite/statement.hpp"
#include "warehouse/sqlite/transaction.hpp"

namespace rocket_rides {

WarehouseContents read_warehouse(const std::filesystem::path& file) {
    sqlite::Database database(file, sqlite::Database::Mode::read_only);
    const sqlite::Transaction one_moment(database, sqlite::Transaction::Kind::read);

    WarehouseContents contents;
    sqlite::Statement progress(database, "SELECT last_id FROM progress");
    progress.begin();
    while (progress.step())
        contents.last_id = contrail::RecordId::parse(progress.text(0)).value_or(contrail::RecordId{});

    RideDigest digest;
    sqlite::Statement rides(database, "SELECT id, distance FROM rides");
    rides.begin();
    while (rides.step()) {
        ++contents.count;
        contents.sum += rides.real(1);
        digest.add(rides.integer(0), rides.real(1));
    }
    contents.digest = digest.value();
    return contents;
}

}  // namespace rocket_rides
