#pragma once

namespace contrail {

/// Makes one visitor of several lambdas, for std::visit over an event. A last case `[](const auto&) {}`
/// leaves out all other events; without it, an event that has no case does not compile.
template <class... Cases>
struct overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

}  // namespace contrail
