namespace Gdpr.Policies;

/// <summary>A value that the organisation's documents do not settle, stated in the policy all the same and marked as such.</summary>
public sealed class Assumption
{
    /// <summary>Where the value stands: a JSON pointer into the policy, such as <c>/activities/service/retention/fallback</c>.</summary>
    [RequiredInPolicy]
    public string At { get => field ?? ""; init; }

    /// <summary>The code of the finding that validation gives where the value is left out.</summary>
    [RequiredInPolicy]
    public string Gap { get => field ?? ""; init; }

    /// <summary>What the documents say or leave unsaid, and why this value was taken.</summary>
    [RequiredInPolicy]
    public string Because { get => field ?? ""; init; }
}
