namespace Gdpr.Policies;

/// <summary>Reads policies from JSON.</summary>
public static class PolicyReader;
