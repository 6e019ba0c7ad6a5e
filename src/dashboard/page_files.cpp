#include "dashboard/page_files.hpp"

#include <string>

#include "contrail_dashboard_embedded.hpp"

namespace contrail::dashboard {

namespace {

std::string_view content_type(std::string_view name) {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    return "image/svg+xml";
}

}  // namespace

void add_page_file(http::Router& router, std::string_view name, std::string_view text) {
    const std::string path = '/' + std::string(name == "index.html" ? "" : name);
    router.add(
        http::Method::get, path,
        [name, text](const http::Request&, std::string_view) -> boost::asio::awaitable<http::Response> {
            co_return http::Response{.body = std::string(text), .content_type = content_type(name)};
        });
}

void add_page_files(http::Router& router) {
    for (const EmbeddedFile& file : embedded_files) add_page_file(router, file.name, file.text);
}

}  // namespace contrail::dashboard
