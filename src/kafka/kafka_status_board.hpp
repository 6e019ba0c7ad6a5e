#pragma once

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
    Posted read() override;

private:
    template <class Action>
    auto attempt(std::string_view what, const Action& action);
    [[nodiscard]] bool works(const std::string& field);

    Endpoint endpoint_;
    NotesTopic notes_;
};

}  // namespace contrail::kafka
