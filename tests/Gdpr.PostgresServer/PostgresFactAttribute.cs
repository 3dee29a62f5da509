using Xunit;

namespace Gdpr.PostgresServer;

/// <summary>A test that needs a PostgreSQL server: without one it is skipped and says why, or fails where one is required.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresCluster.Skip;
}

/// <summary>A table of tests that need a PostgreSQL server: without one they are skipped and say why, or fail where one is required.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresCluster.Skip;
}
