using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>Stands for the look at the models' hazards among the options that are validated when the host starts.</summary>
internal sealed class HazardsAtStart
{
    /// <summary>Looks at the model of every context that is a source.</summary>
    internal sealed class Check(IServiceProvider services) : IValidateOptions<HazardsAtStart>
    {
        public ValidateOptionsResult Validate(string? name, HazardsAtStart options)
        {
            var schedule = services.GetRequiredService<GdprPolicies>().Schedule;
            foreach (var source in services.GetServices<IPersonalDataSource>().OfType<DbContextSource>())
            {
                if (source.Hazards(schedule) is { Count: > 0 } hazards)
                {
                    throw new SourceMappingException(source.Name, hazards);
                }
            }

            return ValidateOptionsResult.Success;
        }
    }
}
