#pragma once

#include <span>
#include <string>

#include "contrail/checkpoints.hpp"
#include "contrail/postgres.hpp"
#include "contrail/record.hpp"
#include "ride_change.hpp"

namespace rocket_rides {

/// Sets the total of the consumer `name`, in metres.
void save_total(contrail::Sql& sql, const std::string& name, double total);

/// Adds up the distances of all rides, in the table consumer_states, inside the consumer's transaction.
///
/// Distances are added one by one in the log's order, never batch by batch: sums of floating-point numbers
/// depend on their order, and consumers whose batches end at different records must still show the same
/// total, bit for bit, at the same record.
class TotalDistance {
public:
    /// `name` is the row of consumer_states. A quiet one prints nothing; otherwise a line for every record.
    TotalDistance(std::string name, bool quiet) : name_(std::move(name)), quiet_(quiet) {}

    void apply(contrail::Transaction& transaction, std::span<const contrail::Record> records);

private:
    struct Sum {
        double total;
        std::string lines;  ///< What is to be printed.
    };

    Sum add_up(double total, std::span<const contrail::Record> records);

    std::string name_;
    bool quiet_;
    double total_ = 0;  ///< What it saved last, committed or not.
    RideReader rides_;
};

}  // namespace rocket_rides
