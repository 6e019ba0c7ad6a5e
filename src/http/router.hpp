#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace contrail::http {

/// Finds who answers a request: by path first, then by method. An unknown path is answered with 404, and
/// a method that the path does not have with 405.
///
/// A path is literal, or ends in `/:id`, which stands for one segment that is not empty. The query is
/// passed over. HEAD is answered as GET.
class Router {
public:
    /// `id` is the segment that `:id` stood for, else empty. Both arguments stay valid until it answered.
    using Route =
        std::function<boost::asio::awaitable<Response>(const Request& request, std::string_view id)>;

    void add(Method method, std::string_view path, Route route);

    /// A Handler; the router must outlive what it begins.
    boost::asio::awaitable<Response> operator()(const Request& request) const;

private:
    struct Entry {
        Method method;
        std::string prefix;  ///< The path, without a final ":id".
        bool takes_id;
        Route route;
    };

    std::vector<Entry> entries_;
};

}  // namespace contrail::http
