namespace Gdpr.Architecture.Tests.Publishing;

/// <summary>The tests that start builds, one after the other: each takes all processors anyway.</summary>
[CollectionDefinition(nameof(SpawnsBuilds))]
public sealed class SpawnsBuilds;
