#pragma once

#include "api/ride_store.hpp"
#include "http/router.hpp"

namespace rocket_rides {

/// What the API answers:
///
///     POST /rides      201 and `Location`, once the ride is stored; 4xx if it is refused, 503 if Postgres is
///     away GET  /rides/:id  200 with the ride, or 404 GET  /healthz    200 if rides can be stored and read,
///     else 503
///
/// A 503 means that nothing was stored, except with `"in_doubt":true`: then nobody knows, and the client
/// who posts again may have the ride twice. `store` must outlive the router.
contrail::http::Router ride_routes(RideStore& store);

}  // namespace rocket_rides
