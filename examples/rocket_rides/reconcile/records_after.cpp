#include "reconcile/records_after.hpp"

#include <fmt/format.h>

namespace rocket_rides {

// The rest of the batch that holds the offset, and one window from the end of that batch until now: snapshots
// enclose any number of batches as they do one.
std::string records_after(std::string_view offset, std::string_view alias, std::string_view quoted_schema) {
    return fmt::format(R"(
        LATERAL (
            WITH holder AS (
                SELECT no, snapshot, first_offset FROM {schema}.batches
                WHERE first_offset <= greatest({offset}, 1) ORDER BY first_offset DESC, no DESC LIMIT 1
            ), numbered AS (
                SELECT action, object, data,
                       first_offset - 1 + row_number() OVER (ORDER BY staged.id) AS log_offset
                FROM (SELECT holder.*, before.snapshot AS snapshot_before
                      FROM holder JOIN {schema}.batches AS before ON before.no = holder.no - 1) AS batch,
                     LATERAL {schema}.records_between(snapshot_before, snapshot) AS staged
            ), record AS (
                SELECT action, object, data FROM numbered WHERE log_offset > {offset}
                UNION ALL
                SELECT action, object, data
                FROM holder, LATERAL {schema}.records_between(snapshot, pg_current_snapshot())
            )
            SELECT count(change) AS records, coalesce(sum(change), 0) AS distance
            FROM (SELECT CASE WHEN object <> 'ride' THEN 0
                              WHEN action = 'create' THEN now
                              WHEN action = 'update' THEN now - previously
                              WHEN action = 'delete' THEN -previously END AS change
                  FROM (SELECT action, object,
                               CASE jsonb_typeof(data -> 'distance') WHEN 'number'
                                    THEN (data -> 'distance')::numeric END AS now,
                               CASE jsonb_typeof(data -> 'previous_distance') WHEN 'number'
                                    THEN (data -> 'previous_distance')::numeric END AS previously
                        FROM record) AS distances) AS changes
        ) AS {alias})",
                       fmt::arg("schema", quoted_schema), fmt::arg("offset", offset),
                       fmt::arg("alias", alias));
}

}  // namespace rocket_rides
