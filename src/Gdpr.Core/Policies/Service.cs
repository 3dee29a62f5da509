namespace Gdpr.Policies;

/// <summary>A service offered to customers: the activities it consists of, and its agreement.</summary>
public sealed class Service
{
    /// <summary>What the service is called.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>The activities that deliver it.</summary>
    [RequiredInPolicy]
    [RefersTo(PolicySection.Activities)]
    public IReadOnlyList<string> Activities { get => field ?? []; init; }

    /// <summary>The agreement on processing that is annexed to the service's own agreement. Needed where an activity acts as processor.</summary>
    [RefersTo(PolicySection.Agreements)]
    public string? Agreement { get; init; }
}
