#include "bench/load/api_address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "contrail/error.hpp"

namespace contrail::load {

ApiAddress ApiAddress::parse(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->scheme() != "http" || parsed->host().empty() || parsed->has_userinfo() ||
        parsed->has_query() || parsed->has_fragment()) {
        throw Error(Retry::never,
                    "Cannot read the API's URL. Give http://host:port, "
                    "such as http://127.0.0.1:5005 (--url).");
    }
    std::string path(parsed->encoded_path());
    if (path.ends_with('/')) path.pop_back();
    return {.url = url,
            .host = parsed->host_address(),
            .port = parsed->has_port() ? std::string(parsed->port()) : "80",
            .authority = std::string(parsed->encoded_host_and_port()),
            .rides = path + "/rides"};
}

}  // namespace contrail::load
