using Gdpr;
using Gdpr.Relational.Coverage;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Demands that every table, column and reference in the host's databases that can reach a person is mapped, or excused with a reason.</summary>
public static class GdprCoverageExtensions
{
    /// <summary>Lets the start fail where the database of a SQL source is not covered completely. EF Core contexts demand it without being asked.</summary>
    /// <param name="builder">The builder.</param>
    public static GdprBuilder RequireCoverage(this GdprBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<CoverageEverywhere>();
        return builder.AddCoverageCheck();
    }

    /// <summary>Names the file with the gaps that are known in the database of a source: they do not stop the start until the day by which they are to be
    /// mended.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="path">The file, as <c>gdpr coverage --write-baseline</c> writes it; a relative path is taken from the application's base directory.</param>
    public static GdprBuilder UseCoverageBaseline(this GdprBuilder builder, string source, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        builder.Services.AddSingleton(new BaselineFor(source, Path.GetFullPath(path, AppContext.BaseDirectory)));
        return builder;
    }

    /// <summary>The gaps that are known in the database of a source, on the day on which they are asked for.</summary>
    internal static Func<RetentionSchedule, CoverageBaseline> BaselineOf(this IServiceProvider services, string source) => schedule =>
    {
        var today = CoverageInspection.Today(schedule, services.GetRequiredService<IClock>());
        return CoverageBaseline.Together([.. services.GetServices<BaselineFor>().Where(known => known.Source == source).Select(known => known.Read(today))]);
    };

    /// <summary>Has the sources that demand coverage looked at when the host starts.</summary>
    internal static GdprBuilder AddCoverageCheck(this GdprBuilder builder)
    {
        builder.Services.TryAddSingleton(provider => new CoverageInspection([.. provider.GetServices<BaselineFor>()], provider.GetRequiredService<IClock>()));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartCheck, CoverageStartCheck>(
            provider => new CoverageStartCheck(provider.GetRequiredService<CoverageInspection>(), provider.GetService<CoverageEverywhere>() is not null)));
        return builder;
    }

    /// <summary>That every source is to be covered.</summary>
    private sealed class CoverageEverywhere;
}
