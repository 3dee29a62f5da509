using System.Data.Common;

namespace Gdpr.Relational;

/// <summary>A kind of database that the library can work in over connections which somebody else opens, such as an EF Core context.</summary>
/// <remarks>Adapters register theirs in the container, and whoever has a connection asks each whether it serves it.</remarks>
public abstract class SqlPlatform
{
    /// <summary>The platform's name, such as <c>PostgreSQL</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a connection is to a database of this kind. It need not be open.</summary>
    /// <param name="connection">The connection.</param>
    public abstract bool Serves(DbConnection connection);

    /// <summary>The database behind some connections.</summary>
    /// <param name="connections">The connections.</param>
    public abstract SqlDatabase Over(SqlConnections connections);
}
