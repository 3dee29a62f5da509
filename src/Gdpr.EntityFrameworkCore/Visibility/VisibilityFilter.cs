namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>The names of the query filters that the library puts on entity types.</summary>
public static class VisibilityFilter
{
    /// <summary>The filter by which queries see only what their purpose may see. Queries that ignore it are caught.</summary>
    public const string Name = "Gdpr";

    /// <summary>The host's own filter where it has no name: EF Core keeps filters with and without a name apart.</summary>
    public const string HostsOwn = "Host";
}
