namespace Gdpr.Policies;

/// <summary>Builds policies in C#.</summary>
public sealed class PolicyBuilder;
