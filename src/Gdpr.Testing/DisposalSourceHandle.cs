using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Testing;

/// <summary>A record that <see cref="DisposalSourceContract"/> puts into a source.</summary>
/// <param name="Number">The record's number, unique in its case.</param>
/// <param name="Person">The id of its person.</param>
/// <param name="Ended">When the trigger <c>ended</c> happened; <see langword="null"/> where nothing that can be read says so.</param>
public sealed record DisposalSourceRecord(int Number, string Person, LocalDate? Ended);

/// <summary>A source as <see cref="DisposalSourceContract"/> works on it: the source itself, and a way past it to what it holds.</summary>
public sealed class DisposalSourceHandle
{
    private readonly Func<IReadOnlyList<DisposalSourceRecord>, CancellationToken, ValueTask<IReadOnlyList<string>>> _add;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyCollection<string>>> _read;

    /// <summary>Describes a source.</summary>
    /// <param name="source">The source, with the data set <see cref="DisposalSourceContract.DataSet"/>; not yet prepared.</param>
    /// <param name="add">Puts records where the source finds them, once it is prepared, and gives their native keys in the same order.</param>
    /// <param name="read">The native keys of the records that are there.</param>
    public DisposalSourceHandle(
        IDisposalSource source,
        Func<IReadOnlyList<DisposalSourceRecord>, CancellationToken, ValueTask<IReadOnlyList<string>>> add,
        Func<CancellationToken, ValueTask<IReadOnlyCollection<string>>> read)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(read);
        Source = source;
        _add = add;
        _read = read;
    }

    /// <summary>The source.</summary>
    public IDisposalSource Source { get; }

    /// <summary>Whether the source knows whose a record is. For one that does not, a fact about a person has to count as unknown for every record.</summary>
    public bool KnowsPeople { get; init; } = true;

    internal ValueTask<IReadOnlyList<string>> AddAsync(IReadOnlyList<DisposalSourceRecord> records, CancellationToken cancellationToken) =>
        _add(records, cancellationToken);

    internal async ValueTask<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken) =>
        [.. (await _read(cancellationToken).ConfigureAwait(false)).Order(StringComparer.Ordinal)];
}
