using System.Reflection;
using Gdpr.Architecture.Tests.Support;
using Gdpr.Sources;

namespace Gdpr.Architecture.Tests;

/// <summary>One choke point destroys: every erasure passes the one executor.</summary>
public sealed class ChokePointTests
{
    private const string Executor = "Gdpr.Disposal.DisposalExecutor";

    // It offers the calls of a source with faults: nothing that a host runs.
    private const string ForTests = "Gdpr.Testing";

    // Is itself the source that the executor asks, and hands its batch on to the tables beneath the model.
    private const string HandsOn = "Gdpr.EntityFrameworkCore.Sources.DbContextSource.DisposeAsync";

    [Fact]
    public void Only_the_executor_has_a_source_dispose_of_anything()
    {
        var calls = Calls(Repository.Packages.Where(package => package.Name != ForTests).SelectMany(package => Assembly.Load(package.AssemblyName).GetTypes())).ToList();

        calls.Count(call => call.StartsWith(Executor, StringComparison.Ordinal)).ShouldBe(1);
        calls.Where(call => !call.StartsWith(Executor, StringComparison.Ordinal) && call != HandsOn)
            .ShouldBeNone($"Destruction passes {Executor}, which journals the plan before and the evidence after: order it there.");
    }

    [Fact]
    public void The_check_sees_a_call_wherever_it_is() =>
        Calls(typeof(ChokePointTests).Assembly.GetTypes().Where(type => type.FullName!.StartsWith(typeof(Second).FullName!, StringComparison.Ordinal)))
            .Distinct().Count().ShouldBe(3);

    private static IEnumerable<string> Calls(IEnumerable<Type> types) =>
        from type in types
        from call in TypeUses.CallsOf(type)
        where call.Called.Name == nameof(IDisposalSource.DisposeAsync) && call.Called.GetParameters().FirstOrDefault()?.ParameterType == typeof(DisposalBatch)
        select call.Where;

    private sealed class Second(IDisposalSource source)
    {
        public async Task InAStateMachineAsync(DisposalBatch batch) => await source.DisposeAsync(batch, CancellationToken.None);

        public ValueTask<BatchEvidence> Directly(DisposalBatch batch) => source.DisposeAsync(batch, CancellationToken.None);

        public Func<DisposalBatch, CancellationToken, ValueTask<BatchEvidence>> AsADelegate() => source.DisposeAsync;
    }
}
