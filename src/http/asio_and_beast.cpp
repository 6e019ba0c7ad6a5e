// The one file in which Asio and Beast are compiled. All others see declarations only, which takes seconds
// off each of them.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
