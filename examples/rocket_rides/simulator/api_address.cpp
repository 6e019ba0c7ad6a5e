#include "simulator/api_address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "contrail/error.hpp"

namespace rocket_rides {

ApiAddress ApiAddress::parse(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->scheme() != "http" || parsed->host().empty() || parsed->has_userinfo() ||
        parsed->has_query() || parsed->has_fragment()) {
        throw contrail::Error(contrail::Retry::never,
                              "The API's URL is not understood. Expected is http://host:port, such as "
                              "http://127.0.0.1:5005 (--url).");
    }
    std::string path(parsed->encoded_path());
    if (path.ends_with('/')) path.pop_back();
    return {.url = url,
            .host = parsed->host_address(),
            .port = parsed->has_port() ? std::string(parsed->port()) : "80",
            .authority = std::string(parsed->encoded_host_and_port()),
            .rides = path + "/rides"};
}

}  // namespace rocket_rides
