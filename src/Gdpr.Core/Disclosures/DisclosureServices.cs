using Gdpr.Journals;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Puts together what discloses and tells recipients.</summary>
internal static class DisclosureServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<DisclosureOptions>();
        services.TryAddSingleton<IDisclosureEvidence, NoEvidence>();
        services.TryAddSingleton(provider => new DisclosureService(
            provider.GetRequiredService<DecidingPolicies>(), provider.GetRequiredService<IOptions<DisclosureOptions>>().Value,
            provider.GetRequiredService<SubjectRegister>(), provider.GetRequiredService<SubjectDirectory>(), provider.GetRequiredService<SubjectCommands>(),
            provider.GetRequiredService<Journal>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<IDisclosureEvidence>(),
            provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new DisclosureLog(
            provider.GetRequiredService<DecidingPolicies>(), provider.GetRequiredService<ISubjectVault>(), provider.GetRequiredService<Journal>(),
            provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<DisclosureRegister>(), provider.GetRequiredService<IClock>()));
    }
}
