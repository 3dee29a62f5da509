namespace Gdpr.Policies;

/// <summary>A role of people or services, and what it may process. What no role permits is denied (Art. 29, 32(4)).</summary>
public sealed class Role
{
    /// <summary>What the role is called.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>Whether the role is held by services rather than people.</summary>
    public bool Service { get; init; }

    /// <summary>Whether the role is held by people of the customer's organisation, and bound to that organisation.</summary>
    public bool Delegated { get; init; }

    /// <summary>What the role may process. None stated means nothing.</summary>
    public IReadOnlyList<Permission> May { get => field ?? []; init; }
}

/// <summary>That a role may process some categories of data for one purpose.</summary>
public sealed class Permission
{
    /// <summary>The purpose.</summary>
    [RequiredInPolicy]
    [RefersTo(PolicySection.Purposes)]
    public string Purpose { get => field ?? ""; init; }

    /// <summary>The categories of data. None stated means every category that the purpose's activities cover.</summary>
    [RefersTo(PolicySection.Categories)]
    public IReadOnlyList<string> Categories { get => field ?? []; init; }
}
