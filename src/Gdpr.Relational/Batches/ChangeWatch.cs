using Gdpr.Relational.Mapping;

namespace Gdpr.Relational.Batches;

/// <summary>Sees what a batch changes beside what its statements say: triggers, and actions of foreign keys, may change records that other rules or a hold
/// keep.</summary>
internal abstract class ChangeWatch(MappedDataSet dataSet) : IDisposable
{
    private readonly Dictionary<string, long> _said = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, long> _deleted = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The table of the batch's records.</summary>
    protected string Own => dataSet.Table.Name;

    /// <summary>The tables of which rows are records of a mapped data set, or go with one.</summary>
    protected IReadOnlyCollection<string> Mapped => dataSet.Mapped;

    /// <summary>Whether rows may come into a table, by a trigger of the database: it only says when records are due, or whose they are, as a log does.</summary>
    protected bool MayGrow(string table) => dataSet.OnlyDeciding.ContainsKey(table);

    /// <summary>Notes how many rows of a table a statement of the batch has changed, or deleted.</summary>
    public void Note(string table, int rows, bool isDeletion)
    {
        _said[table] = SaidOf(table) + rows;
        _deleted[table] = DeletedOf(table) + (isDeletion ? rows : 0);
    }

    /// <summary>How many rows of a table the batch's statements have changed or deleted.</summary>
    protected long SaidOf(string table) => _said.GetValueOrDefault(table);

    /// <summary>How many rows of a table the batch's statements have deleted.</summary>
    protected long DeletedOf(string table) => _deleted.GetValueOrDefault(table);

    /// <summary>How many rows the batch's statements have changed in all.</summary>
    protected long SaidInAll => _said.Values.Sum();

    /// <summary>Why it cannot see, and what to do about it; <see langword="null"/> where it can. Known once <see cref="FindOtherAsync"/> has been asked.</summary>
    public virtual string? Blindness => null;

    /// <summary>Where something else has changed than what the batch's statements say, in words: a table of records, or one of which that cannot be told;
    /// <see langword="null"/> where nothing has.</summary>
    public abstract ValueTask<string?> FindOtherAsync(CancellationToken cancellationToken);

    public virtual void Dispose()
    {
    }
}
