namespace Gdpr.Policies;

/// <summary>An event in the life of a record that a retention period may run from.</summary>
public sealed class Trigger
{
    /// <summary>What a missing value means. There is no default: reading "not recorded" as "long ago" destroys data.</summary>
    [RequiredInPolicy]
    public WhenNull? WhenNull { get; init; }

    /// <summary>What the event is called in explanations.</summary>
    public LocalizedText? Title { get; init; }
}

/// <summary>What a missing value of a trigger means.</summary>
public enum WhenNull
{
    /// <summary>The event has not happened: what runs from it has not begun to run out.</summary>
    NotHappened,

    /// <summary>Nobody knows: the record is kept, unused and listed, until somebody finds out.</summary>
    Unknown,
}
