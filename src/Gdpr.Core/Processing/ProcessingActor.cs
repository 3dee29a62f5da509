namespace Gdpr.Processing;

/// <summary>Who processes: a person or a service, in a role of the policy (Art. 29, 32(4)).</summary>
/// <param name="Role">The role's id in the policy.</param>
/// <param name="Id">The host's id of the account or the service. Of a person it is never kept or shown: the journal has an opaque key in its place.</param>
/// <param name="IsService">Whether it is a service and not a person.</param>
public sealed record ProcessingActor(string Role, string Id, bool IsService = false)
{
    /// <summary>The organisation that the person belongs to, where the role is delegated to customers: the host's id of it.</summary>
    public string? Organisation { get; init; }

    /// <summary>A person.</summary>
    /// <param name="role">The role.</param>
    /// <param name="account">The host's id of the account.</param>
    /// <param name="organisation">The organisation, for roles that are delegated to customers.</param>
    public static ProcessingActor Person(string role, string account, string? organisation = null) => new(role, account) { Organisation = organisation };

    /// <summary>A service.</summary>
    /// <param name="role">The role.</param>
    /// <param name="name">The service's name.</param>
    public static ProcessingActor Service(string role, string name) => new(role, name, IsService: true);

    /// <summary>The role alone.</summary>
    public override string ToString() => Role;
}

/// <summary>Tells who processes where a request does not say, such as the user of the running web request. A host registers one.</summary>
public interface IProcessingActorSource
{
    /// <summary>Who processes now; <see langword="null"/> where nobody knows, which is denied.</summary>
    ProcessingActor? Current { get; }
}
