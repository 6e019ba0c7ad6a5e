#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace contrail::handlers {

/// The name of a SQL function with its schema.
struct FunctionName {
    std::string schema;
    std::string function;

    /// Reads it as SQL does: `app.Apply` is app.apply, and `"App"."Apply Rides"` keeps its letters. Nothing if `text`
    /// is not two identifiers, joined by a dot.
    [[nodiscard]] static std::optional<FunctionName> parse(std::string_view text);

    /// `"app"."apply"`, for a statement.
    [[nodiscard]] std::string quoted() const;

    bool operator==(const FunctionName&) const = default;
};

}  // namespace contrail::handlers
