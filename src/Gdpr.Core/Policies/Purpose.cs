namespace Gdpr.Policies;

/// <summary>A purpose of processing (Art. 5(1)(b)).</summary>
public sealed class Purpose
{
    /// <summary>What the purpose is called in records and notices.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>The matching term of the W3C Data Privacy Vocabulary, such as <c>dpv:DirectMarketing</c>.</summary>
    public string? Dpv { get; init; }

    /// <summary>The particular aims that the purpose consists of.</summary>
    public IReadOnlyList<LocalizedText> Aims { get => field ?? []; init; }

    /// <summary>Whether this is direct marketing, to which the right to object is absolute (Art. 21(2)).</summary>
    public bool DirectMarketing { get; init; }
}
