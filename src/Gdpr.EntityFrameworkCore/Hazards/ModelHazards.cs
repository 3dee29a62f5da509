using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Retention;

namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>Looks for what in a model would keep what was erased, or take what has to be kept.</summary>
internal static class ModelHazards
{
    public static IReadOnlyList<string> Of(EfModelMap map, RetentionSchedule schedule, DbContextSourceOptions options) => [];
}
