using System.Data.Common;
using Gdpr.Relational.Tables;
using Gdpr.Sources;

namespace Gdpr.Relational.Coverage;

/// <summary>What a database really holds.</summary>
/// <param name="Database">What tells the database from another.</param>
/// <param name="Tables">Its tables and views.</param>
internal sealed record LiveCatalogue(string Database, IReadOnlyList<TableDescription> Tables)
{
    /// <summary>Reads the catalogue.</summary>
    /// <param name="source">The name of whoever asks.</param>
    /// <param name="database">The database.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SourceUnavailableException">The database cannot be read.</exception>
    public static async ValueTask<LiveCatalogue> ReadAsync(string source, SqlDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.RunAsync(
                async token =>
                {
                    var connection = await database.OpenAsync(token).ConfigureAwait(false);
                    try
                    {
                        return new LiveCatalogue($"{connection.DataSource}|{connection.Database}", await database.DescribeAsync(connection, token).ConfigureAwait(false));
                    }
                    finally
                    {
                        await database.CloseAsync(connection, CancellationToken.None).ConfigureAwait(false);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DbException problem)
        {
            throw new SourceUnavailableException(source, database.CauseOf(problem));
        }
    }
}
