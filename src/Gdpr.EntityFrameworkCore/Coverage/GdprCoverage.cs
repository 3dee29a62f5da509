using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational.Coverage;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

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

    /// <summary>Records the gaps of today in a file, to be checked in and named with <c>UseCoverageBaseline</c>: what <c>gdpr coverage --write-baseline</c> does for
    /// tables of SQL. Gaps that the file has already keep their owner and their day; those that do not occur any more are left out.</summary>
    /// <param name="context">A context that the container made, with the library added by AddGdpr and the context by AddDbContextSource.</param>
    /// <param name="path">The file; a relative path is taken from the current directory, which in a test is mostly its output folder.</param>
    /// <param name="owner">Who mends the gaps: a function or a team.</param>
    /// <param name="mendBy">The last day on which the gaps may be there, at most twelve months ahead.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The baseline as it has been written.</returns>
    /// <exception cref="FormatException">There is no owner, the day has passed or is too far ahead, or the file is there and is no baseline.</exception>
    /// <exception cref="SourceMappingException">The model does not fit the policy.</exception>
    /// <exception cref="InvalidOperationException">The context does not come from a container in which it is a source.</exception>
    public static async Task<CoverageBaseline> WriteBaselineAsync(
        DbContext context, string path, string owner, LocalDate mendBy, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(owner);
        var findings = await CheckAsync(context, cancellationToken).ConfigureAwait(false);
        var services = ServicesOf(context);
        var today = CoverageInspection.Today(services.GetRequiredService<GdprPolicies>().Schedule, services.GetRequiredService<IClock>());
        var before = File.Exists(path) ? CoverageBaseline.Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), today) : null;
        var baseline = CoverageBaseline.Record(findings, owner, mendBy, today, before);
        await File.WriteAllTextAsync(path, baseline.ToJson(), cancellationToken).ConfigureAwait(false);
        return baseline;
    }

    private static IServiceProvider ServicesOf(DbContext context) =>
        context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider
        ?? throw new InvalidOperationException(
            $"This {context.GetType().Name} was not made by a container: take it from the one in which AddGdpr and AddDbContextSource were called.");

    private static async Task<IReadOnlyList<InspectedDatabase>> InspectAsync(DbContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = ServicesOf(context);
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
