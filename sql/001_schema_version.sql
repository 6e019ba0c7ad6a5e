-- The schema itself, and which migrations it has had. A schema made beforehand is used as it is: CREATE SCHEMA, even
-- with IF NOT EXISTS, needs a right on the database that its owner may withhold.
DO $body$
BEGIN
    IF to_regnamespace($name$@schema@$name$) IS NULL THEN
        CREATE SCHEMA @schema@;
        COMMENT ON SCHEMA @schema@ IS 'Contrail, a unified log: staged records, sealed batches, checkpoints';
    END IF;
END
$body$;

CREATE TABLE @schema@.schema_version (
    version    integer     PRIMARY KEY,
    name       text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE @schema@.schema_version IS
    'The migrations that this schema has had; the highest version counts';
COMMENT ON COLUMN @schema@.schema_version.version IS 'Number of the migration: 1, 2, 3 ...';
COMMENT ON COLUMN @schema@.schema_version.name IS 'What the migration brought';
COMMENT ON COLUMN @schema@.schema_version.applied_at IS 'When its transaction began';
