using System.Data.Common;
using System.Globalization;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;

namespace Gdpr.Relational.Batches;

/// <summary>Sees what a batch changes beside what its statements say: triggers, and actions of foreign keys, may change records that other rules or a hold
/// keep.</summary>
internal abstract class ChangeWatch(MappedDataSet dataSet) : IDisposable
{
    private readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _deleted = new(StringComparer.Ordinal);

    /// <summary>The table of the batch's records.</summary>
    protected string Own => dataSet.Table.Name;

    /// <summary>The tables of which rows are records of a mapped data set, or go with one.</summary>
    protected IReadOnlyCollection<string> Mapped => dataSet.Mapped;

    /// <summary>Whether rows may come into a table, by a trigger of the database: it only says when records are due, or whose they are, as a log does. Whether that makes
    /// one due sooner <see cref="FindSoonerAsync"/> says.</summary>
    protected bool MayGrow(string table) => dataSet.OnlyDeciding.ContainsKey(table);

    /// <summary>Whether rows of a table only go with records, or lose their reference with one: what else becomes of those that do is theirs alone, such as a
    /// total that a trigger of the database keeps in them, or the time of their last change.</summary>
    protected bool OnlyFollows(string table) => dataSet.OnlyFollowing.Contains(table, StringComparer.Ordinal);

    /// <summary>Whether one statement alone changes rows of a table that go with the batch's records, or lose their reference with one.</summary>
    protected bool FollowsOnce(string table) =>
        LinkedRecords.TablesOf(dataSet.Children).Count(child => child == table) == 1;

    /// <summary>Whether a row more in a table may make a record due sooner.</summary>
    protected bool IsAsked(string table) => dataSet.OnlyDeciding.TryGetValue(table, out var deciding) && deciding.Askings.Count > 0;

    /// <summary>Notes how many rows of a table a statement of the batch has changed, or deleted.</summary>
    public void Note(string table, int rows, bool isDeletion)
    {
        _said[table] = SaidOf(table) + rows;
        _deleted[table] = DeletedOf(table) + (isDeletion ? rows : 0);
    }

    /// <summary>Is told which rows a statement of the batch is about to change or delete, of a table of which rows go with records.</summary>
    /// <param name="table">The table.</param>
    /// <param name="condition">The statement's condition on its rows.</param>
    /// <param name="bind">Binds what the condition refers to.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask ExpectAsync(string table, string condition, Action<DbCommand> bind, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>How many rows of a table the batch's statements have changed or deleted.</summary>
    protected long SaidOf(string table) => _said.GetValueOrDefault(table);

    /// <summary>How many rows of a table the batch's statements have deleted.</summary>
    protected long DeletedOf(string table) => _deleted.GetValueOrDefault(table);

    /// <summary>How many rows the batch's statements have changed in all.</summary>
    protected long SaidInAll => _said.Values.Sum();

    /// <summary>Why it cannot see, and what to do about it; <see langword="null"/> where it can. Known once <see cref="FindOtherAsync"/> has been asked.</summary>
    public virtual string? Blindness => null;

    /// <summary>What else has changed than what the batch's statements say: rows of a table of records, or of one of which that cannot be told;
    /// <see langword="null"/> where nothing has.</summary>
    public abstract ValueTask<OtherChange?> FindOtherAsync(CancellationToken cancellationToken);

    /// <summary>Whether rows that were added make a record that stays due sooner, or somebody's who was not. A record that goes with the batch they say nothing of; and
    /// the latest of several events keeps what had one before for at least as long.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="transaction">The batch's transaction.</param>
    /// <param name="grown">The tables to which rows were added.</param>
    /// <param name="isNew">A condition: a row of a table, under an alias, is one that was added.</param>
    /// <param name="bind">Binds what the conditions refer to.</param>
    /// <param name="cancellationToken">Cancels.</param>
    protected async ValueTask<OtherChange?> FindSoonerAsync(
        SqlDialect dialect, DbTransaction transaction, IReadOnlyCollection<string> grown, Func<string, string, string> isNew, Action<DbCommand> bind,
        CancellationToken cancellationToken)
    {
        foreach (var table in grown)
        {
            foreach (var asking in dataSet.OnlyDeciding[table].Askings)
            {
                if (asking is not { Table: { } records, Way.Count: > 0 })
                {
                    return OtherChange.Growth(table, asking);
                }

                var query = AddedRows.DecideSomething(
                    dialect, records, asking, (step, alias) => grown.Contains(step, StringComparer.Ordinal) ? isNew(step, alias) : null);
                var command = transaction.Connection!.Command(transaction, query);
                await using (command.ConfigureAwait(false))
                {
                    bind(command);
                    if (Convert.ToBoolean(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture))
                    {
                        return OtherChange.Growth(table, asking);
                    }
                }
            }
        }

        return null;
    }

    public virtual void Dispose()
    {
    }
}

/// <summary>What the database has changed beside what a batch says.</summary>
/// <param name="Wrong">What, in words.</param>
/// <param name="Mend">What to do about it.</param>
internal sealed record OtherChange(string Wrong, string Mend)
{
    /// <summary>Rows that are records, or by which some are judged.</summary>
    public static OtherChange Rows(string where) => new(
        $"changed other rows of {where}, of which nobody has asked whether they are kept",
        "A trigger, a foreign key or a conflict clause of the database does: mend it, so that it changes no table whose rows are records.");

    /// <summary>Columns by which records are judged, in rows that the batch changes and that stay.</summary>
    public static OtherChange Deciding(string table, IReadOnlyList<string> columns) => new(
        $"changed, in rows of table '{table}' that stay, columns by which records are judged or found (one of {string.Join(", ", columns)})",
        "A trigger of the database does: have it leave them alone where only other columns are emptied, or keep the date or the person elsewhere.");

    /// <summary>Rows that were added, and by which a record may be due sooner.</summary>
    public static OtherChange Growth(string table, Asking asking) => new(
        $"added rows to table '{table}', and they may say of records that stay that they are due sooner, or whose they are: {asking.Use}",
        "Have the trigger of the database write into a table by which nothing is due; or ask this one by a way (through, not by an expression) with aggregate max, "
        + "as evidence alone (unless ... within).");
}
