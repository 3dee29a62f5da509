namespace Gdpr.Retention;

/// <summary>How rules use a trigger.</summary>
/// <remarks>The default value says that no rule uses it.</remarks>
[Flags]
public enum TriggerUses
{
    /// <summary>No rule uses it.</summary>
    None = 0,

    /// <summary>A period runs from the event, or a relation ends with it: one that has not happened keeps the record.</summary>
    Period = 1,

    /// <summary>The event is evidence, or starts a relation: one that has not happened keeps nothing.</summary>
    Evidence = 2,
}
