namespace Gdpr.Policies;

/// <summary>The published JSON schema of a policy.</summary>
public static class PolicySchema
{
    /// <summary>The member with which a document names its schema; it is no part of the policy.</summary>
    internal const string MemberName = "$schema";
}
