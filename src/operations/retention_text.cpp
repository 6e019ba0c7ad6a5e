#include "operations/retention_text.hpp"

#include "operations/units.hpp"

namespace contrail::operations {

namespace {

std::string from_text(Offset from) {
    return from <= Offset{1} ? "all" : count_text(from.value) + " and later";
}

}  // namespace

std::string retention_text(const retention_event::Planned& retention) {
    std::string text = "consumers need " + from_text(retention.needed_from);
    text += retention.floor_from ? ", the floor keeps " + from_text(*retention.floor_from) : ", no floor";
    text += ", the limits allow " + from_text(retention.allowed_from);
    if (retention.floor_overruled) text += "; they drop what the floor would keep";
    return text;
}

}  // namespace contrail::operations
