using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational.Coverage;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Coverage;

/// <summary>Looks whether a context's model and its live database are covered: everything that can reach a person is mapped or excused with a reason, and
/// everything mapped is there.</summary>
/// <remarks>The policy, what is said beside the model, other sources over the same database and a baseline of known gaps are those of the container that the
/// context comes from.</remarks>
public static class GdprCoverage
{
    /// <summary>Throws unless coverage is complete, but for gaps of a baseline whose day has not passed: one line in the host's own test.</summary>
    /// <param name="context">A context that the container made, with the library added by AddGdpr and the context by AddDbContextSource.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CoverageException">There are gaps: all of them, each with its mend.</exception>
    /// <exception cref="SourceMappingException">The model does not fit the policy.</exception>
    /// <exception cref="InvalidOperationException">The context does not come from a container in which it is a source.</exception>
    public static async Task AssertCompleteAsync(DbContext context, CancellationToken cancellationToken = default) =>
        InspectedDatabase.ThrowUnlessInOrder(await InspectAsync(context, cancellationToken).ConfigureAwait(false));

    /// <summary>Finds every gap, those of a baseline too.</summary>
    /// <param name="context">A context that the container made, with the library added by AddGdpr and the context by AddDbContextSource.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The gaps; none where coverage is complete.</returns>
    /// <exception cref="SourceMappingException">The model does not fit the policy.</exception>
    /// <exception cref="InvalidOperationException">The context does not come from a container in which it is a source.</exception>
    public static async Task<IReadOnlyList<CoverageFinding>> CheckAsync(DbContext context, CancellationToken cancellationToken = default)
    {
        var inspected = await InspectAsync(context, cancellationToken).ConfigureAwait(false);
        return [.. inspected.SelectMany(database => database.Outcome.Findings)];
    }

    private static async Task<IReadOnlyList<InspectedDatabase>> InspectAsync(DbContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider
            ?? throw new InvalidOperationException($"This {context.GetType().Name} was not made by a container: take it from the one in which AddGdpr and AddDbContextSource were called.");
        var sources = services.GetService<SourceInventory>()?.Sources ?? [];
        if (!sources.OfType<DbContextSource>().Any(source => source.IsOf(context)))
        {
            throw new InvalidOperationException($"{context.GetType().Name} is no source: add it with AddDbContextSource.");
        }

        var schedule = services.GetRequiredService<GdprPolicies>().Schedule;
        return await services.GetRequiredService<CoverageInspection>()
            .RunAsync(schedule, sources, source => source is DbContextSource of && of.IsOf(context), cancellationToken).ConfigureAwait(false);
    }
}
