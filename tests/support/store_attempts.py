"""What somebody might try who has got hold of a service's role: statements, by who might do them.

``{role}``, ``{owner}`` and ``{auditor}`` stand for the store's own roles, ``{table}`` for a table of it.
"""

from __future__ import annotations

_AUDIT = (
    "INSERT INTO audit SELECT * FROM audit LIMIT 0",
    "UPDATE audit SET subject = 'nobody'",
    "UPDATE audit SET at = now() WHERE false",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "MERGE INTO audit USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "SELECT * FROM audit FOR UPDATE",
    "DO $$ BEGIN LOCK TABLE audit IN ACCESS EXCLUSIVE MODE; END $$",
    "WITH gone AS (DELETE FROM audit RETURNING *) SELECT count(*) FROM gone",
    "INSERT INTO audit_head VALUES (gen_random_uuid(), 1, 'hash')",
    "UPDATE audit_head SET seq = 1",
    "DELETE FROM audit_head",
    "TRUNCATE audit_head",
    "ALTER TABLE audit DISABLE TRIGGER audit_append_only",
    "DROP TRIGGER audit_append_only ON audit",
    "CREATE RULE quiet AS ON INSERT TO audit DO INSTEAD NOTHING",
    "ALTER FUNCTION append_audit(jsonb) SECURITY INVOKER",
    "ALTER FUNCTION append_audit(jsonb) SET search_path = pg_temp",
    "DROP FUNCTION append_audit(jsonb)",
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NULL; END $$",
)
_TABLES = (
    "UPDATE alembic_version SET version_num = '0000'",
    "ALTER TABLE outbox ADD COLUMN more int",
    "ALTER TABLE outbox DISABLE TRIGGER ALL",
    "ALTER TABLE outbox ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE inbox OWNER TO {owner}",
    "DROP TABLE outbox",
    "TRUNCATE inbox",
    "CREATE INDEX slow ON outbox (created_at)",
    "CREATE TRIGGER also AFTER INSERT ON outbox EXECUTE FUNCTION wake_outbox()",
    "CREATE POLICY hidden ON outbox USING (false)",
    "COMMENT ON TABLE outbox IS 'ours'",
    "CREATE TABLE hidden (words text)",
    "CREATE TEMP TABLE hidden (words text)",
    "CREATE VIEW hidden AS SELECT 1",
    "CREATE SEQUENCE hidden",
    "CREATE SCHEMA hidden",
    "CREATE FUNCTION hidden() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TYPE hidden AS ENUM ('one')",
    "ALTER SCHEMA public RENAME TO other",
    "ALTER DATABASE {role} SET search_path = hidden",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO {role}",
)
# The owner may do these; the running service and the auditor may not.
ON_THE_STORE: tuple[str, ...] = _AUDIT + _TABLES

# PostgreSQL only warns where a right is passed on without leave, so that what came of it is judged.
PASSED_ON: tuple[str, ...] = (
    "GRANT EXECUTE ON FUNCTION append_audit(jsonb) TO PUBLIC",
    "GRANT CONNECT ON DATABASE {role} TO PUBLIC",
    "GRANT SELECT ON audit TO PUBLIC",
    "GRANT SELECT ON outbox TO {auditor}",
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT CREATE ON SCHEMA public TO {role}",
)

_ROLES = (
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "GRANT postgres TO {role}",
    "GRANT pg_read_all_data TO {role}",
    "GRANT pg_write_server_files TO {role}",
    "CREATE ROLE another LOGIN",
    "ALTER ROLE {role} SUPERUSER",
    "ALTER ROLE {role} BYPASSRLS",
    "ALTER ROLE {role} REPLICATION",
    "ALTER ROLE {role} CREATEDB",
    "ALTER ROLE postgres PASSWORD 'guessed'",
    "ALTER ROLE postgres SET search_path = hidden",
    "ALTER ROLE ALL SET search_path = hidden",
    "SET session_replication_role = replica",
    "SET log_statement = 'all'",
    "ALTER SYSTEM SET log_statement = 'all'",
)
_READING = (
    "SELECT * FROM pg_shadow",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_hba_file_rules",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('global/pg_control')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('postgresql.conf')",
    "SELECT pg_ls_waldir()",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_export(0, '/tmp/words') WHERE false",
    "COPY (SELECT 1) TO '/dev/null'",
    "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'",
    "COPY {table} FROM '/dev/null'",
    "COPY {table} FROM PROGRAM 'true'",
    "SELECT pg_reload_conf()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_restore_point('here')",
    "LOAD '/tmp/none'",
)
_REACHING_OUT = (
    "CREATE DATABASE another",
    "CREATE FOREIGN DATA WRAPPER outside",
    "CREATE SUBSCRIPTION outside CONNECTION 'host=127.0.0.1' PUBLICATION words WITH (connect = false)",
    "SELECT pg_create_physical_replication_slot('outside', false, true)",
    "CREATE LANGUAGE another HANDLER plpgsql_call_handler",
    "CREATE FUNCTION outside() RETURNS int LANGUAGE c AS '$libdir/none', 'none'",
)
# Nobody but the server's own superuser may do these, the owners no more than the others.
ON_THE_SERVER: tuple[str, ...] = _ROLES + _READING + _REACHING_OUT
