using System.Data.Common;
using Gdpr.Relational;
using Npgsql;

namespace Gdpr.PostgreSql.Sources;

/// <summary>PostgreSQL over connections of Npgsql that somebody else opens.</summary>
internal sealed class PostgreSqlPlatform(IEnumerable<TableGuards> guards) : SqlPlatform
{
    public override string Name => "PostgreSQL";

    public override bool Serves(DbConnection connection) => connection is NpgsqlConnection;

    public override SqlDatabase Over(SqlConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        return new PostgreSqlDatabase(connections) { GuardsTables = guards.Any() };
    }
}

/// <summary>That the tables of sources are guarded by triggers.</summary>
internal sealed class TableGuards;
