#include "redis/answers.hpp"

#include <optional>
#include <string>

#include "contrail/error.hpp"
#include "redis/errors.hpp"

namespace contrail::redis {

namespace {

[[noreturn]] void refuse_form(const std::string& command) {
    throw Error(Retry::never, "answered " + command +
                                  " in a form that Contrail does not know. It needs Redis 5 or newer, or a "
                                  "server that is the same to its clients.");
}

bool is_array(const Reply& reply, std::size_t size_min) {
    return reply.kind == Reply::Kind::array && reply.elements.size() >= size_min;
}

std::optional<ConsumerName> consumer_name(std::string_view text) {
    try {
        return ConsumerName(std::string(text));
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::pair<ConsumerName, RecordId> position_in(const Reply& field, const Reply& value) {
    const auto consumer = consumer_name(field.text);
    const auto position = RecordId::parse(value.text);
    if (consumer && position) return {*consumer, *position};
    throw Error(Retry::never, "holds for the consumer \"" + std::string(field.text) + "\" the position \"" +
                                  std::string(value.text) +
                                  "\", which is not a consumer's name with a record's id. Find out who else "
                                  "writes there; HDEL takes it out.");
}

void assign_entry(const Reply& entry, Record& record) {
    if (!is_array(entry, 2)) refuse_form("XREAD");
    const std::string_view id_text = entry.elements[0].text;
    const Reply& fields = entry.elements[1];

    const auto id = RecordId::parse(id_text);
    const bool is_record = id && is_array(fields, 6) && fields.elements[0].text == "action" &&
                           fields.elements[2].text == "object" && fields.elements[4].text == "data";
    if (!is_record)
        throw Error(Retry::never,
                    "holds there the entry " + std::string(id_text) +
                        ", which is not a record (fields action, object, data). Find out who else "
                        "writes there; XDEL takes it out.");
    record.id = *id;
    record.action = fields.elements[1].text;
    record.object = fields.elements[3].text;
    record.data = fields.elements[5].text;
}

}  // namespace

const Reply& require_no_error(const Reply& reply) {
    if (reply.is_error()) throw error_of_reply(reply.text);
    return reply;
}

bool writes_later(const Reply& answer) {
    if (!answer.is_error()) return false;
    const std::string_view text = answer.text;
    return text.starts_with("OOM ") || text.starts_with("MISCONF ") || text.starts_with("NOREPLICAS ");
}

std::uint64_t length_in(const Reply& answer) {
    if (require_no_error(answer).kind != Reply::Kind::integer) refuse_form("XLEN");
    return static_cast<std::uint64_t>(answer.integer);
}

RecordId head_after_append(const Reply& answer) {
    const auto head = RecordId::parse(require_no_error(answer).text);
    if (!head) refuse_form("EVAL");
    return *head;
}

RecordId head_in_info(const Reply& answer) {
    if (answer.is_error() && answer.text == "ERR no such key") return {};
    const auto pairs = require_no_error(answer).elements;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
        if (pairs[i].text != "last-generated-id") continue;
        if (const auto head = RecordId::parse(pairs[i + 1].text)) return *head;
    }
    refuse_form("XINFO STREAM");
}

std::map<ConsumerName, RecordId> positions_in(const Reply& answer) {
    const auto pairs = require_no_error(answer).elements;
    std::map<ConsumerName, RecordId> positions;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
        positions.insert(position_in(pairs[i], pairs[i + 1]));
    return positions;
}

void assign_entries(const Reply& answer, std::vector<Record>& records) {
    if (require_no_error(answer).kind == Reply::Kind::nil) return records.clear();
    // One stream was asked for: [[stream, [[id, [field, value, …]], …]]]
    const bool understood =
        is_array(answer, 1) && is_array(answer.elements[0], 2) && is_array(answer.elements[0].elements[1], 0);
    if (!understood) refuse_form("XREAD");

    const auto entries = answer.elements[0].elements[1].elements;
    records.resize(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) assign_entry(entries[i], records[i]);
}

}  // namespace contrail::redis
