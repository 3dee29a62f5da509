using Gdpr.Sources;

namespace Gdpr.Testing;

/// <summary>A message that <see cref="ExportSourceContract"/> puts into a source. Its fields: <c>body</c>, which belongs to sender and recipient together;
/// <c>sender-name</c> and <c>recipient-name</c>, each one's own; <c>clerk-note</c>, the clerk's own; <c>topic</c>, the sender's and recipient's, which
/// everybody concerned may see.</summary>
/// <param name="Number">The message's number, unique in its case.</param>
/// <param name="Sender">The id of the sender, an owner; <see langword="null"/> where there is none.</param>
/// <param name="Recipient">The id of the recipient, an owner; <see langword="null"/> where there is none.</param>
/// <param name="Clerk">The id of the clerk, who is mentioned; <see langword="null"/> where there is none.</param>
public sealed record ExportSourceRecord(int Number, string? Sender, string? Recipient, string? Clerk)
{
    /// <summary>The content of <c>body</c>.</summary>
    public string Body => $"body {Number}: å, \"quotes\" and \n lines";

    /// <summary>The content of <c>topic</c>.</summary>
    public string Topic => $"topic {Number}";

    /// <summary>The content of <c>sender-name</c>.</summary>
    public string? SenderName => Sender is null ? null : $"sender of {Number}";

    /// <summary>The content of <c>recipient-name</c>.</summary>
    public string? RecipientName => Recipient is null ? null : $"recipient of {Number}";

    /// <summary>The content of <c>clerk-note</c>.</summary>
    public string? ClerkNote => Clerk is null ? null : $"note on {Number}";
}

/// <summary>A source as <see cref="ExportSourceContract"/> works on it: the source itself, and a way past it to what it holds.</summary>
public sealed class ExportSourceHandle
{
    private readonly Func<IReadOnlyList<ExportSourceRecord>, CancellationToken, ValueTask<IReadOnlyList<string>>> _add;

    /// <summary>Describes a source.</summary>
    /// <param name="source">The source, with the data set <see cref="ExportSourceContract.DataSet"/>; not yet prepared.</param>
    /// <param name="add">Puts messages where the source finds them, once it is prepared, and gives their native keys in the same order.</param>
    public ExportSourceHandle(
        IExportSource source, Func<IReadOnlyList<ExportSourceRecord>, CancellationToken, ValueTask<IReadOnlyList<string>>> add)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(add);
        Source = source;
        _add = add;
    }

    /// <summary>The source. Where it takes facts (<see cref="IDisposalSource"/>), what it says of restrictions is looked at as well.</summary>
    public IExportSource Source { get; }

    internal ValueTask<IReadOnlyList<string>> AddAsync(IReadOnlyList<ExportSourceRecord> records, CancellationToken cancellationToken) =>
        _add(records, cancellationToken);
}
