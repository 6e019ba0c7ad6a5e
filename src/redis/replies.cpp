#include "redis/replies.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "contrail/error.hpp"
#include "core/assign_text.hpp"
#include "core/owner_note.hpp"
#include "redis/errors.hpp"

namespace contrail::redis {

namespace {

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

/// Of a hash whose fields are consumers' names and whose values `parse` understands. Leaves out the others: another
/// program wrote them, and must not stop what depends on the rest.
template <class Value, class Parse>
std::map<ConsumerName, Value> by_consumer(const Reply& reply, Parse parse) {
    const auto pairs = require_no_error(reply).elements;
    std::map<ConsumerName, Value> values;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
        const auto consumer = consumer_name(pairs[i].text);
        const std::optional<Value> value = parse(pairs[i + 1].text);
        if (consumer && value) values.emplace(*consumer, *value);
    }
    return values;
}

std::optional<CutOff> parse_cut_off(std::string_view text) {
    const std::size_t first = text.find('-');
    const std::size_t second = text.rfind('-');
    if (first == second) return std::nullopt;
    // The first two numbers have the form of a record's id, and so have the last two.
    const auto missed = RecordId::parse(text.substr(0, second));
    const auto end = RecordId::parse(text.substr(first + 1));
    if (!missed || !end) return std::nullopt;
    return CutOff{Offset{missed->sealed_ms}, missed->offset, end->offset.value};
}

/// The number in the line `name:number` of an reply to INFO; 0 if there is no such line.
std::uint64_t number_in_line(std::string_view name, std::string_view lines) {
    const std::string beginning = "\n" + std::string(name) + ":";
    const std::size_t at = lines.find(beginning);
    if (at == std::string_view::npos) return 0;
    const std::string_view rest = lines.substr(at + beginning.size());
    std::uint64_t number = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), number);
    return number;
}

/// What only some records have. Later versions may write fields that this one does not know.
void assign_further_fields(std::span<const Reply> fields, Record& record) {
    std::optional<std::string_view> key;
    std::optional<std::string_view> headers;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        if (fields[i].text == "key") key = fields[i + 1].text;
        if (fields[i].text == "headers") headers = fields[i + 1].text;
    }
    assign_text(record.key, key);
    assign_text(record.headers, headers);
}

}  // namespace

const Reply& require_no_error(const Reply& reply) {
    if (reply.is_error()) throw error_of_reply(reply.text);
    return reply;
}

bool writes_later(const Reply& reply) {
    if (!reply.is_error()) return false;
    const std::string_view text = cause_of_reply(reply.text);
    return text.starts_with("OOM ") || text.starts_with("MISCONF ") || text.starts_with("NOREPLICAS ");
}

void throw_unknown_form(const std::string& command) {
    throw Error(Retry::never, "replied to " + command +
                                  " in a form that Contrail does not know. Contrail needs Redis 5 or newer, "
                                  "or a "
                                  "server that behaves as Redis does.");
}

RecordId head_after(std::string_view what, const Reply& reply) {
    const auto head = RecordId::parse(require_no_error(reply).text);
    if (!head) throw_unknown_form("EVAL of the script to " + std::string(what));
    return *head;
}

void assign_extent(const Reply& reply, LogUsage& usage) {
    if (!is_array(require_no_error(reply), 4))
        throw_unknown_form("EVAL of the script that asks for the stream's extent");
    const auto head = RecordId::parse(reply.elements[0].text);
    const auto first = RecordId::parse(reply.elements[1].text);
    if (!head || !first) throw_unknown_form("EVAL of the script that asks for the stream's extent");
    usage.head = *head;
    usage.first = *first;
    usage.records = static_cast<std::uint64_t>(reply.elements[2].integer);
    usage.sealed = RecordId::parse(reply.elements[3].text);
}

std::optional<OutboxIdentity> identity_in(const Reply& reply) {
    OutboxIdentity outbox;
    const auto pairs = require_no_error(reply).elements;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
        if (pairs[i].text == "id") outbox.id = pairs[i + 1].text;
        if (pairs[i].text == "name") outbox.name = pairs[i + 1].text;
    }
    return outbox.id.empty() ? std::nullopt : std::optional(outbox);
}

std::uint64_t bytes_in(const Reply& reply) {
    if (require_no_error(reply).kind == Reply::Kind::nil) return 0;
    if (reply.kind != Reply::Kind::integer) throw_unknown_form("MEMORY USAGE");
    return static_cast<std::uint64_t>(reply.integer);
}

void assign_memory(const Reply& reply, LogUsage& usage) {
    const std::string_view lines = require_no_error(reply).text;
    const std::uint64_t used = number_in_line("used_memory", lines);
    // Redis does not count its buffers for replicas and for the append-only file against maxmemory.
    usage.memory_bytes = used - std::min(used, number_in_line("mem_not_counted_for_evict", lines));
    usage.memory_bytes_max = number_in_line("maxmemory", lines);
}

std::uint64_t dropped_by_trim(const Reply& reply) {
    if (require_no_error(reply).kind != Reply::Kind::integer)
        throw_unknown_form("EVAL of the script to trim");
    return static_cast<std::uint64_t>(reply.integer);
}

std::optional<RecordId> id_in(const Reply& reply) {
    if (require_no_error(reply).kind == Reply::Kind::nil) return std::nullopt;
    const auto id = RecordId::parse(reply.text);
    if (!id) throw_unknown_form("EVAL of the script that asks for an entry's id");
    return id;
}

LogReports reports_in(const Reply& reply) {
    if (!is_array(require_no_error(reply), 2))
        throw_unknown_form("EVAL of the script that asks for positions and owners");
    return {.positions = by_consumer<RecordId>(reply.elements[0], &RecordId::parse),
            .owners = by_consumer<NotedOwner>(reply.elements[1], &parse_owner_note)};
}

bool noted_by(std::string_view what, const Reply& reply) {
    if (require_no_error(reply).kind != Reply::Kind::integer)
        throw_unknown_form("EVAL of the script to " + std::string(what));
    return reply.integer == 1;
}

StrayReports stray_reports_in(const Reply& reply) {
    if (!is_array(require_no_error(reply), 1) || reply.elements[0].kind != Reply::Kind::integer)
        throw_unknown_form("EVAL of the script that checks the consumers' positions");
    StrayReports stray;
    stray.names = static_cast<std::size_t>(reply.elements[0].integer);
    for (const Reply& entry : reply.elements.subspan(1)) stray.entries.emplace_back(entry.text);
    return stray;
}

std::string cut_off_text(const CutOff& cut_off) {
    return std::to_string(cut_off.first_missed.value) + '-' + std::to_string(cut_off.last_missed.value) +
           '-' + std::to_string(cut_off.at_ms);
}

std::optional<CutOff> cut_off_in(const Reply& reply) {
    if (require_no_error(reply).kind == Reply::Kind::nil) return std::nullopt;
    const auto cut_off = parse_cut_off(reply.text);
    if (!cut_off) throw_unknown_form("a request for a cut-off notice");
    return cut_off;
}

std::map<ConsumerName, CutOff> cut_offs_in(const Reply& reply) {
    return by_consumer<CutOff>(reply, &parse_cut_off);
}

bool assign_entry(const Reply& entry, Record& record) {
    const auto id = is_array(entry, 2) ? RecordId::parse(entry.elements[0].text) : std::nullopt;
    if (!id) throw_unknown_form("a request for entries");
    record.id = *id;

    const auto& fields = entry.elements[1];
    const bool is_record = is_array(fields, 6) && fields.elements[0].text == "action" &&
                           fields.elements[2].text == "object" && fields.elements[4].text == "data";
    if (!is_record) return false;
    assign_text(record.action, fields.elements[1].text);
    assign_text(record.object, fields.elements[3].text);
    assign_text(record.data, fields.elements[5].text);
    assign_further_fields(fields.elements.subspan(6), record);
    return true;
}

void throw_not_a_record(RecordId id) {
    throw Error(Retry::never, "holds there the entry " + id.to_string() +
                                  ", which is not a record (fields action, object, data). Find out which "
                                  "program "
                                  "wrote it. Remove it with XDEL.");
}

bool replaced(const Reply& reply) {
    if (require_no_error(reply).kind != Reply::Kind::integer)
        throw_unknown_form("EVAL of the script to replace a stream");
    return reply.integer == 1;
}

}  // namespace contrail::redis
