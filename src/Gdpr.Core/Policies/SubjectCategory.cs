namespace Gdpr.Policies;

/// <summary>A kind of people whose data is processed.</summary>
public sealed class SubjectCategory
{
    /// <summary>What the people are called in records and notices.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>The matching term of the W3C Data Privacy Vocabulary.</summary>
    public string? Dpv { get; init; }

    /// <summary>Whether the people may be children, whose consent has rules of its own (Art. 8).</summary>
    public bool Children { get; init; }

    /// <summary>Whether these people may be known by no more than an identifier, such as a cookie number (Art. 11).</summary>
    public bool Unidentified { get; init; }
}
