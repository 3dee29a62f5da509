using Gdpr.Policies;

namespace Gdpr.Processing;

/// <summary>What the actor's role may process (Art. 29, 32(4)): what no role permits is denied. Pure.</summary>
internal sealed class RoleJudge(GdprPolicy policy, ProcessingRequest request)
{
    /// <summary>What forbids it, and the organisation that the role is bound to.</summary>
    /// <param name="categories">The categories of the data.</param>
    public (IReadOnlyList<ProcessingReason> Reasons, string? BoundTo) Judge(IReadOnlyList<string> categories)
    {
        if (request.Actor is not { } actor || string.IsNullOrWhiteSpace(actor.Id))
        {
            return ([Reason(ProcessingReasons.ActorUnknown)], null);
        }

        if (policy.Roles.GetValueOrDefault(actor.Role ?? "") is not { } role || role.Service != actor.IsService)
        {
            return ([Reason(ProcessingReasons.RoleUnknown)], null);
        }

        if (role.Delegated && string.IsNullOrWhiteSpace(actor.Organisation))
        {
            return ([Reason(ProcessingReasons.OtherOrganisation, actor.Role)], null);
        }

        var permissions = role.May.Where(permission => permission.Purpose == request.Purpose).ToArray();
        if (permissions.Length == 0)
        {
            return ([Reason(ProcessingReasons.RoleWithoutPurpose, actor.Role)], null);
        }

        string[] missing = permissions.Any(permission => permission.Categories.Count == 0) ? []
            : [.. categories.Except(permissions.SelectMany(permission => permission.Categories), StringComparer.Ordinal)];
        var boundTo = role.Delegated ? actor.Organisation : null;
        return missing.Length == 0 ? ([], boundTo) : ([Reason(ProcessingReasons.RoleWithoutCategory, $"{actor.Role}: {string.Join(", ", missing)}")], boundTo);
    }

    private static ProcessingReason Reason(string code, string? about = null) => ProcessingReasons.Of(code) with { About = about };
}
