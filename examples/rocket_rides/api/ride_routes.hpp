#pragma once

#include "api/ride_store.hpp"
#include "contrail/http.hpp"

namespace rocket_rides {

/// What the API answers:
///
///     POST   /rides      201 and `Location`, once the ride is stored
///     GET    /rides/:id  200 with the ride
///     PATCH  /rides/:id  200 with its distance and the previous one, once the ride is changed
///     DELETE /rides/:id  200 with its previous distance, once the ride is deleted
///     GET    /healthz    200 if rides can be stored and read
///
/// PATCH and DELETE with `?previous_distance=` are done only if the ride has just this distance until then.
///
/// 4xx: it is refused, and never will be otherwise. 404: there is no such ride. 409: another change of the
/// ride came first, so that it has another distance than named, or another transaction is making one at this
/// moment. 503: Postgres is away, or too many wait. All these mean that nothing was done, except a 503 with
/// `"in_doubt":true`: then nobody knows, and a client who posts again may have the ride twice.
///
/// `store` must outlive the router.
contrail::http::Router ride_routes(RideStore& store);

}  // namespace rocket_rides
