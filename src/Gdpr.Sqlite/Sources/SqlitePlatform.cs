using System.Data.Common;
using Gdpr.Relational;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Sources;

/// <summary>SQLite over connections of Microsoft.Data.Sqlite that somebody else opens.</summary>
internal sealed class SqlitePlatform : SqlPlatform
{
    public override string Name => "SQLite";

    public override bool Serves(DbConnection connection) => connection is SqliteConnection;

    public override SqlDatabase Over(SqlConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        return new SqliteDatabase(connections);
    }
}
