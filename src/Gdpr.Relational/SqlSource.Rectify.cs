using Gdpr.Relational.Corrections;
using Gdpr.Sources;

namespace Gdpr.Relational;

/// <content>Corrections of a person's records.</content>
public sealed partial class SqlSource
{
    /// <inheritdoc/>
    /// <remarks>A field that one column of the record's own row holds, as text or as a number. What stands in several columns, in other tables, in the key, in a
    /// person's link or in a type of the database's own, and what the model of an application stores in another form than it shows, people correct.</remarks>
    /// <exception cref="InvalidOperationException">The source has not been prepared.</exception>
    public bool Rectifies(string dataSet, string field) => CorrectionOf(dataSet).CanWrite(field);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source has not been prepared.</exception>
    public ValueTask<bool> RectifyAsync(Rectification rectification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rectification);
        return GuardedAsync(async connection =>
        {
            var transaction = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                // Where the tables are guarded, the library's own transaction may change what is restricted: a correction is not a use.
                await _database.TakeTurnAsync(transaction, Name, isAlone: false, cancellationToken).ConfigureAwait(false);
                if (CorrectionOf(rectification.DataSet).Command(connection, transaction, rectification) is not { } command)
                {
                    return false;
                }

                await using (command.ConfigureAwait(false))
                {
                    if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) != 1)
                    {
                        return false;
                    }
                }

                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
        }, cancellationToken);
    }

    private RecordCorrection CorrectionOf(string dataSet) => new(_database.Dialect, _mapping.Known(dataSet), Forms);
}
