namespace Gdpr.Policies;

/// <summary>The codes of findings.</summary>
public static partial class FindingCodes;
