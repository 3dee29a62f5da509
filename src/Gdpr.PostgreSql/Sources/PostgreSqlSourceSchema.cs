using System.Globalization;
using System.Text;
using Gdpr.Relational.Values;

namespace Gdpr.PostgreSql.Sources;

/// <summary>What a source keeps beside the data in a PostgreSQL database: its tables, and the functions that read stored dates.</summary>
/// <remarks>A source creates them when it is prepared. A host whose role may not can have them created beforehand, by running <see cref="Script"/> under a role that
/// may; then the source's role needs the right to use the schema, and to select, insert, update and delete in its tables.</remarks>
public static class PostgreSqlSourceSchema
{
    /// <summary>The version that this library works with.</summary>
    internal static int Version => Versions.Count;

    /// <summary>The schema that the tables are in unless the host names another.</summary>
    public const string DefaultSchema = "gdpr";

    private const string Wrong = "$unknown$";

    /// <summary>What makes each version of the tables of the one before. What is there already, none of it changes.</summary>
    private static IReadOnlyList<string> Versions => [Tables, SummedFacts, Claims, Asked];

    /// <summary>The call of the function that says of which version the tables of a schema are.</summary>
    internal static string VersionOf(string schema) => $"{PostgreSqlNames.Quote(schema)}.gdpr_source_version()";

    /// <summary>The statements that create everything that is missing, from whatever version there is or from nothing. Run again, they change nothing. They refuse
    /// tables of a newer version.</summary>
    /// <param name="schema">The schema; it is created if it is missing.</param>
    public static string Script(string schema = DefaultSchema)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(schema);
        var quoted = PostgreSqlNames.Quote(schema);
        return new StringBuilder($"CREATE SCHEMA IF NOT EXISTS {quoted};\n")
            .Append(Guard.Replace("$version-literal$", VersionOf(schema).Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal))
            .AppendJoin("", Versions)
            .Append(Functions)
            .Append("CREATE OR REPLACE FUNCTION $schema$.gdpr_source_version() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT $version$';\n")
            .Replace(Wrong, TriggerCode.Unknown.ToString(CultureInfo.InvariantCulture))
            .Replace("$local$", TriggerCodes.LocalShift.ToString(CultureInfo.InvariantCulture))
            .Replace("$epoch$", TriggerCode.Of(new NodaTime.LocalDate(1970, 1, 1)).ToString(CultureInfo.InvariantCulture))
            .Replace("$first-date$", TriggerCode.FirstDate.ToString(CultureInfo.InvariantCulture))
            .Replace("$version$", Version.ToString(CultureInfo.InvariantCulture))
            .Replace("$schema$", quoted)
            .ToString();
    }

    private const string Guard = """
        DO $gdpr$
        BEGIN
            IF to_regprocedure('$version-literal$') IS NOT NULL THEN
                IF $schema$.gdpr_source_version() > $version$ THEN
                    RAISE EXCEPTION 'The tables beside the data are newer than version $version$: update the library.';
                END IF;
            END IF;
        END
        $gdpr$;

        """;

    // The evidence of records of which the same became stands in one row: their names, 32 bytes each, one after the other.
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS $schema$.gdpr_block (
            data_set text NOT NULL, scope text NOT NULL, key text COLLATE "C" NOT NULL, source text NOT NULL,
            kind text NOT NULL, purpose text NOT NULL, unknown integer NOT NULL, PRIMARY KEY (data_set, scope, key, source));
        CREATE INDEX IF NOT EXISTS gdpr_block_source ON $schema$.gdpr_block (data_set, source);
        CREATE INDEX IF NOT EXISTS gdpr_block_unknown ON $schema$.gdpr_block (data_set) WHERE unknown = 1;
        CREATE INDEX IF NOT EXISTS gdpr_block_any_case ON $schema$.gdpr_block (data_set, scope, lower(CAST(key AS text) COLLATE "C"));
        CREATE TABLE IF NOT EXISTS $schema$.gdpr_mark (
            data_set text NOT NULL, scope text NOT NULL, key text COLLATE "C" NOT NULL, source text NOT NULL,
            kind text NOT NULL, purpose text NOT NULL, unknown integer NOT NULL, PRIMARY KEY (data_set, scope, key, source));
        CREATE INDEX IF NOT EXISTS gdpr_mark_source ON $schema$.gdpr_mark (data_set, source);
        CREATE INDEX IF NOT EXISTS gdpr_mark_unknown ON $schema$.gdpr_mark (data_set) WHERE unknown = 1;
        CREATE INDEX IF NOT EXISTS gdpr_mark_ending ON $schema$.gdpr_mark (data_set, kind) WHERE kind <> 'consent-given';
        CREATE TABLE IF NOT EXISTS $schema$.gdpr_position (source text NOT NULL PRIMARY KEY, position bigint NOT NULL, entry text NOT NULL);
        CREATE TABLE IF NOT EXISTS $schema$.gdpr_evidence (
            plan text NOT NULL, batch integer NOT NULL, seq integer NOT NULL, data_set text NOT NULL, key_id text NOT NULL, record bytea NOT NULL,
            action integer NOT NULL, fields text NOT NULL, rule text NOT NULL, reason text NOT NULL, at text NOT NULL, records integer NOT NULL,
            PRIMARY KEY (plan, batch, seq));
        ALTER TABLE $schema$.gdpr_evidence ALTER COLUMN record SET STORAGE EXTERNAL;
        CREATE OR REPLACE VIEW $schema$.gdpr_evidence_record AS
            SELECT e.plan, e.batch, e.seq + n.i AS seq, e.data_set, e.key_id, substring(e.record FROM 1 + 32 * n.i FOR 32) AS record,
                e.action, e.fields, e.rule, e.reason, e.at
            FROM $schema$.gdpr_evidence e CROSS JOIN LATERAL generate_series(0, length(e.record) / 32 - 1) AS n(i);

        """;

    // Of what was put before nobody knows the sum: it is put again.
    private const string SummedFacts = """
        CREATE TABLE IF NOT EXISTS $schema$.gdpr_fact_sum (
            source text NOT NULL PRIMARY KEY, data_sets text NOT NULL, blocks bigint NOT NULL, marks bigint NOT NULL, digest bigint NOT NULL);

        """;

    private const string Claims = """
        CREATE TABLE IF NOT EXISTS $schema$.gdpr_claim (source text NOT NULL, table_name text NOT NULL, PRIMARY KEY (source, table_name));

        """;

    // What was claimed before is taken for records until its source claims it anew.
    private const string Asked = """
        CREATE TABLE IF NOT EXISTS $schema$.gdpr_asked (source text NOT NULL, table_name text NOT NULL, asked text NOT NULL, PRIMARY KEY (source, table_name));

        """;

    private const string Functions = """
        CREATE OR REPLACE FUNCTION $schema$.gdpr_iso(value text, has_zone boolean) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
        DECLARE
            p text[];
            year integer;
            month integer;
            day integer;
            ticks bigint;
            away integer;
        BEGIN
            IF value IS NULL THEN RETURN NULL; END IF;
            IF length(value) > 64 THEN RETURN $unknown$; END IF;
            p := regexp_match(value,
                '^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?(?: ?([Zz]|[+-][0-9]{2}:[0-9]{2}))?)?$');
            IF p IS NULL THEN RETURN $unknown$; END IF;
            year := p[1]; month := p[2]; day := p[3];
            IF year < 1 OR month NOT BETWEEN 1 AND 12 OR day < 1 OR day > (CASE
                WHEN month <> 2 THEN 30 + (month + month / 8) % 2
                WHEN year % 4 = 0 AND (year % 100 <> 0 OR year % 400 = 0) THEN 29 ELSE 28 END) THEN
                RETURN $unknown$;
            END IF;
            ticks := make_date(year, month, day) - DATE '1970-01-01';
            IF p[4] IS NULL THEN RETURN $epoch$ + ticks; END IF;
            IF p[4] > '23' OR p[5] > '59' OR p[6] > '59' THEN RETURN $unknown$; END IF;
            ticks := ticks * 864000000000 + (CAST(p[4] AS bigint) * 60 + CAST(p[5] AS bigint)) * 600000000
                + coalesce(CAST(p[6] AS bigint), 0) * 10000000 + coalesce(CAST(rpad(left(p[7], 7), 7, '0') AS bigint), 0);
            IF p[8] IS NULL THEN RETURN CASE WHEN has_zone THEN $local$ + ticks ELSE $unknown$ END; END IF;
            IF p[8] IN ('Z', 'z') THEN RETURN ticks; END IF;
            away := CAST(substr(p[8], 2, 2) AS integer) * 60 + CAST(substr(p[8], 5, 2) AS integer);
            IF substr(p[8], 5, 2) > '59' OR away > 1080 THEN RETURN $unknown$; END IF;
            RETURN ticks - CASE left(p[8], 1) WHEN '-' THEN -1 ELSE 1 END * away * 600000000::bigint;
        END $body$;
        CREATE OR REPLACE FUNCTION $schema$.gdpr_compact(value bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
        DECLARE
            year bigint := value / 10000;
            month bigint := value / 100 % 100;
            day bigint := value % 100;
        BEGIN
            IF value IS NULL THEN RETURN NULL; END IF;
            IF year NOT BETWEEN 1 AND 9999 OR month NOT BETWEEN 1 AND 12 OR day < 1 OR day > (CASE
                WHEN month <> 2 THEN 30 + (month + month / 8) % 2
                WHEN year % 4 = 0 AND (year % 100 <> 0 OR year % 400 = 0) THEN 29 ELSE 28 END) THEN
                RETURN $unknown$;
            END IF;
            RETURN $epoch$ + (make_date(CAST(year AS integer), CAST(month AS integer), CAST(day AS integer)) - DATE '1970-01-01');
        END $body$;
        CREATE OR REPLACE FUNCTION $schema$.gdpr_whole(value text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
        BEGIN
            IF value !~ '^[+-]?[0-9]{1,19}$' OR CAST(value AS numeric) NOT BETWEEN -9223372036854775808 AND 9223372036854775807 THEN RETURN NULL; END IF;
            RETURN CAST(value AS bigint);
        END $body$;
        CREATE OR REPLACE FUNCTION $schema$.gdpr_real(value text) RETURNS double precision LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
        BEGIN
            IF length(value) > 64 OR value !~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$' THEN RETURN NULL; END IF;
            RETURN CAST(value AS double precision);
        END $body$;
        CREATE OR REPLACE FUNCTION $schema$.gdpr_year(code bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
            SELECT CASE WHEN code = $unknown$ OR code < -621355968000000000 THEN NULL
                WHEN code >= $first-date$ THEN CAST(extract(year FROM DATE '1970-01-01' + CAST(code - $epoch$ AS integer)) AS integer)
                ELSE CAST(extract(year FROM DATE '1970-01-01' + CAST(floor(code / 864000000000.0) AS integer)) AS integer) END
        $body$;
        CREATE OR REPLACE FUNCTION $schema$.gdpr_network(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
        DECLARE
            address inet;
        BEGIN
            IF value ~ '^((0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])([.](?!$)|$)){4}$' THEN RETURN regexp_replace(value, '[0-9]+$', '0'); END IF;
            IF value !~ '^[0-9a-fA-F:]*:[0-9a-fA-F:]*$' THEN RETURN NULL; END IF;
            BEGIN
                address := value;
            EXCEPTION WHEN invalid_text_representation THEN
                RETURN NULL;
            END;
            IF address <<= '2002::/16' OR address <<= '2001::/32' OR address <<= '::ffff:0:0/96' THEN RETURN NULL; END IF;
            RETURN host(network(set_masklen(address, 48)));
        END $body$;

        """;
}
