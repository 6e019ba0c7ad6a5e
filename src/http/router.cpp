#include "contrail/http.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "contrail/http_parameters.hpp"

namespace contrail::http {

namespace {

constexpr std::string_view id_pattern = ":id";

/// `/rides/1` of `/rides/1?pretty` and, as proxies may ask, of `http://host/rides/1`.
std::string_view path_of(std::string_view target) {
    if (const auto scheme = target.find("://");
        !target.starts_with('/') && scheme != std::string_view::npos) {
        const auto path = target.find('/', scheme + 3);
        target = path == std::string_view::npos ? "/" : target.substr(path);
    }
    return target.substr(0, target.find_first_of("?#"));
}

/// What `:id` stands for if `path` is of this form, empty where there is none to take; nothing if it is
/// another path.
std::optional<std::string_view> match(std::string_view path, std::string_view prefix, bool takes_id) {
    if (!path.starts_with(prefix)) return std::nullopt;
    const auto rest = path.substr(prefix.size());
    const bool matches = takes_id ? !rest.empty() && rest.find('/') == std::string_view::npos : rest.empty();
    return matches ? std::optional(rest) : std::nullopt;
}

Response method_not_allowed(std::vector<Method> allowed) {
    if (std::find(allowed.begin(), allowed.end(), Method::get) != allowed.end())
        allowed.push_back(Method::head);
    std::string names;
    for (const Method method : allowed) {
        if (!names.empty()) names += ", ";
        names += std::string(boost::beast::http::to_string(method));
    }
    return error_response(Status::method_not_allowed, "This path answers " + names + " only.",
                          "Allow: " + names + "\r\n");
}

}  // namespace

void Router::add(Method method, std::string_view path, Route route) {
    const bool takes_id = path.ends_with(id_pattern);
    if (takes_id) path.remove_suffix(id_pattern.size());
    entries_.push_back({method, std::string(path), takes_id, std::move(route)});
}

boost::asio::awaitable<Response> Router::operator()(const Request& request) const {
    const auto path = path_of({request.target().data(), request.target().size()});
    const Method method = request.method() == Method::head ? Method::get : request.method();
    std::vector<Method> allowed;
    for (const Entry& entry : entries_) {
        const auto id = match(path, entry.prefix, entry.takes_id);
        if (!id) continue;
        if (entry.method == method) {
            try {
                co_return co_await entry.route(request, *id);
            } catch (const Halt& halt) {
                co_return error_response(halt.status, halt.message);
            }
        }
        allowed.push_back(entry.method);
    }
    co_return allowed.empty() ? error_response(Status::not_found, "There is nothing at this path.")
                              : method_not_allowed(allowed);
}

}  // namespace contrail::http
