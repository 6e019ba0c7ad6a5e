CREATE OR REPLACE FUNCTION count_orders(records jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO order_totals
    SELECT (record->>'time')::timestamptz::date, count(*),
           sum((substring(record->'data'->>'amount' FROM '^[0-9.]+'))::numeric)
    FROM jsonb_array_elements(records) AS record
    GROUP BY 1
    ON CONFLICT (day) DO UPDATE
    SET orders = order_totals.orders + excluded.orders, amount = order_totals.amount + excluded.amount
$$;
