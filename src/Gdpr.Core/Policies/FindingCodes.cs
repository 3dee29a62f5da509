namespace Gdpr.Policies;

/// <summary>The codes of findings.</summary>
public static class FindingCodes;
