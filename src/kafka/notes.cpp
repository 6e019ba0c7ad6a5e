#include "kafka/notes.hpp"

#include <string_view>
#include <utility>

#include "contrail/error.hpp"
#include "core/owner_note.hpp"
#include "kafka/entry.hpp"
#include "kafka/search.hpp"

namespace contrail::kafka {

namespace {

constexpr std::string_view position_prefix = "position/";
constexpr std::string_view owner_prefix = "owner/";
constexpr std::string_view cut_off_prefix = "cut-off/";
constexpr std::string_view status_prefix = "status/";
constexpr std::size_t stray_entries_max = 10;
constexpr std::size_t stray_text_bytes_max = 100;

std::optional<ConsumerName> consumer_named(std::string_view name) {
    try {
        return ConsumerName(std::string(name));
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::optional<CutOff> parse_cut_off(std::string_view text) {
    const auto first = text.find('-');
    const auto second = text.rfind('-');
    if (first == second) return std::nullopt;
    // The first two numbers have the form of a record's id, and so have the last two.
    const auto missed = RecordId::parse(text.substr(0, second));
    const auto end = RecordId::parse(text.substr(first + 1));
    if (!missed || !end) return std::nullopt;
    return CutOff{Offset{missed->sealed_ms}, missed->offset, end->offset.value};
}

}  // namespace

std::string position_key(const ConsumerName& consumer) {
    return std::string(position_prefix) + consumer.str();
}

std::string owner_key(const ConsumerName& consumer) {
    return std::string(owner_prefix) + consumer.str();
}

std::string cut_off_key(const ConsumerName& consumer) {
    return std::string(cut_off_prefix) + consumer.str();
}

std::string status_key(const std::string& field) {
    return std::string(status_prefix) + field;
}

std::string cut_off_text(const CutOff& cut_off) {
    return std::to_string(cut_off.first_missed.value) + '-' + std::to_string(cut_off.last_missed.value) +
           '-' + std::to_string(cut_off.at_ms);
}

std::string outbox_text(const OutboxIdentity& outbox, RecordId sealed) {
    return outbox.id + ' ' + sealed.to_string() + ' ' + outbox.name;
}

Notes::Last Notes::place_of(const rd_kafka_message_t& note) {
    rd_kafka_timestamp_type_t type{};
    return {.kafka_offset = note.offset,
            .timestamp_ms = rd_kafka_message_timestamp(&note, &type),
            .key = std::string(text_of(note.key, note.key_len)),
            .value = std::string(text_of(note.payload, note.len))};
}

void Notes::enter(const rd_kafka_message_t& note) {
    last_ = place_of(note);
    if (note.payload == nullptr) {
        values_.erase(last_->key);
    } else {
        values_[last_->key] = last_->value;
    }
}

void Notes::read_on(PartitionReader& reader) {
    const auto extent = reader.extent();
    const auto deadline = std::chrono::steady_clock::now() + call_time_max;
    const auto is_before_end = [&](std::int64_t kafka_offset) { return kafka_offset < extent->end; };
    Handle<rd_kafka_message_t> note;
    if (extent && last_ && last_->kafka_offset >= extent->begin && is_before_end(last_->kafka_offset))
        note = entry_at(reader, last_->kafka_offset);
    if (!note || place_of(*note) != last_) {
        *this = {};
        note.reset();  // before its handle, which entry_at() may make anew
        if (!extent || extent->empty()) return;
        note = entry_at(reader, extent->begin);
    }
    for (; note; note = reader.next(deadline, true)) {
        enter(*note);
        if (!is_before_end(note->offset + 1)) return;
    }
    if (!reader.found_end()) throw Error(Retry::call, "did not hand over the notes beside the log in time.");
}

std::optional<OutboxIdentity> Notes::outbox() const {
    const auto note = values_.find(outbox_key);
    if (note == values_.end()) return std::nullopt;
    const std::string& text = note->second;
    const auto id_end = text.find(' ');
    const auto sealed_end = id_end == std::string::npos ? id_end : text.find(' ', id_end + 1);
    if (sealed_end == std::string::npos) return OutboxIdentity{text, "unknown"};
    return OutboxIdentity{text.substr(0, id_end), text.substr(sealed_end + 1)};
}

std::optional<RecordId> Notes::sealed() const {
    const auto note = values_.find(outbox_key);
    if (note == values_.end()) return std::nullopt;
    const std::string_view text = note->second;
    const auto begin = text.find(' ');
    if (begin == std::string_view::npos) return std::nullopt;
    return RecordId::parse(text.substr(begin + 1, text.find(' ', begin + 1) - begin - 1));
}

std::optional<std::string> Notes::incarnation() const {
    const auto note = values_.find(incarnation_key);
    return note == values_.end() ? std::nullopt : std::optional(note->second);
}

std::map<ConsumerName, RecordId> Notes::positions() const {
    std::map<ConsumerName, RecordId> positions;
    std::size_t names = 0;
    for (const auto& [key, value] : values_) {
        if (!key.starts_with(position_prefix)) continue;
        ++names;
        const auto consumer = consumer_named(std::string_view(key).substr(position_prefix.size()));
        const auto position = RecordId::parse(value);
        if (consumer && position) positions.emplace(*consumer, *position);
    }
    if (names > consumers_max)
        throw Error(Retry::call,
                    "holds the positions of " + std::to_string(names) +
                        " names beside the log, and a log has at most 1,000 consumers. Find the program "
                        "that writes them.");
    return positions;
}

std::map<ConsumerName, NotedOwner> Notes::owners() const {
    std::map<ConsumerName, NotedOwner> owners;
    for (const auto& [key, value] : values_) {
        if (!key.starts_with(owner_prefix)) continue;
        const auto consumer = consumer_named(std::string_view(key).substr(owner_prefix.size()));
        const auto owner = parse_owner_note(value);
        if (consumer && owner) owners.emplace(*consumer, *owner);
    }
    return owners;
}

StrayReports Notes::stray_reports() const {
    StrayReports stray;
    for (const auto& [key, value] : values_) {
        if (!key.starts_with(position_prefix)) continue;
        ++stray.names;
        const std::string name = key.substr(position_prefix.size());
        if (consumer_named(name) && RecordId::parse(value)) continue;
        if (stray.entries.size() < stray_entries_max)
            stray.entries.push_back(name.substr(0, stray_text_bytes_max) + ": " +
                                    value.substr(0, stray_text_bytes_max));
    }
    return stray;
}

std::map<ConsumerName, CutOff> Notes::cut_offs() const {
    std::map<ConsumerName, CutOff> cut_offs;
    for (const auto& [key, value] : values_) {
        if (!key.starts_with(cut_off_prefix)) continue;
        const auto consumer = consumer_named(std::string_view(key).substr(cut_off_prefix.size()));
        const auto cut_off = parse_cut_off(value);
        if (consumer && cut_off) cut_offs.emplace(*consumer, *cut_off);
    }
    return cut_offs;
}

std::map<std::string, status::ProgramStatus, std::less<>> Notes::statuses() const {
    std::map<std::string, status::ProgramStatus, std::less<>> statuses;
    for (const auto& [key, value] : values_) {
        if (!key.starts_with(status_prefix)) continue;
        if (auto status = status::parse_program_status(value))
            statuses.emplace(key.substr(status_prefix.size()), std::move(*status));
    }
    return statuses;
}

}  // namespace contrail::kafka
