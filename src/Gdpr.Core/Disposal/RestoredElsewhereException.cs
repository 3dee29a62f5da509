namespace Gdpr.Disposal;

/// <summary>Data was restored together with the journal in sources that this host does not have (<c>E-REST-01</c>): what came back there can be looked for
/// only where they are, so nothing was acknowledged.</summary>
public sealed class RestoredElsewhereException : GdprException
{
    internal RestoredElsewhereException(IReadOnlyList<string> dataSets)
        : base(
            "E-REST-01",
            $"The witness remembers records of {string.Join(", ", dataSets)} that were disposed of after the backup, and this host has no source of them. "
            + "Acknowledge the restore in a host that has the sources of all of them.") => DataSets = dataSets;

    /// <summary>The data sets, by path.</summary>
    public IReadOnlyList<string> DataSets { get; }
}
