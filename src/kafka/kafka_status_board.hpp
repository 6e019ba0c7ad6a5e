#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "kafka/endpoint.hpp"
#include "kafka/notes_topic.hpp"
#include "status/status_board.hpp"

namespace contrail::kafka {

/// Statuses among the notes beside the log. Kafka tells a client no time, so that each program notes its own clock's.
class KafkaStatusBoard final : public status::StatusBoard {
public:
    explicit KafkaStatusBoard(Endpoint endpoint);

    void post(const std::string& field, const status::ProgramStatus& status) override;
    void post_instance(const std::string& field, const status::ProgramStatus& status) override;
    Posted read() override;

private:
    template <class Action>
    auto attempt(std::string_view what, const Action& action);
    [[nodiscard]] bool works(const std::string& field);
    void put(const std::string& field, const status::ProgramStatus& status);
    [[nodiscard]] std::optional<std::uint32_t> take_slot(const std::string& field,
                                                         const std::string& instance);

    Endpoint endpoint_;
    NotesTopic notes_;
    std::optional<std::uint32_t> slot_;  ///< That of post_instance().
    std::chrono::steady_clock::time_point slot_checked_at_;
};

}  // namespace contrail::kafka
