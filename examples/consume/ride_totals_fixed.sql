CREATE OR REPLACE FUNCTION count_rides(records jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ride_totals
    SELECT (record->>'time')::timestamptz::date, count(*),
           sum((substring(record->'data'->>'distance' FROM '^[0-9.]+'))::double precision)
    FROM jsonb_array_elements(records) AS record
    GROUP BY 1
    ON CONFLICT (day) DO UPDATE
    SET rides = ride_totals.rides + excluded.rides, metres = ride_totals.metres + excluded.metres
$$;
