using Gdpr.Breaches;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Sources;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>Puts together what shows that the policy is kept.</summary>
internal static class ControlServices
{
    /// <summary>Adds the services. The fold of evidence is there already.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="policy">Gives the policy in force.</param>
    public static void Add(IServiceCollection services, Func<IServiceProvider, Func<GdprPolicy>> policy)
    {
        services.TryAddSingleton(provider => new ControlEvidence(
            provider.GetRequiredService<Journal>(), provider.GetRequiredService<SubjectDirectory>(), provider.GetRequiredService<EvidenceFold>(),
            provider.GetRequiredService<JournalFolds>(), policy(provider), provider.GetRequiredService<IClock>()));

        // Whoever discloses asks here, unless a host has an answer of its own.
        if (services.FirstOrDefault(service => service.ImplementationType == typeof(NoEvidence)) is { } nobody)
        {
            services.Remove(nobody);
            services.AddSingleton<IDisclosureEvidence>(provider => provider.GetRequiredService<ControlEvidence>());
        }

        services.TryAddSingleton(provider => new PasswordRules(policy(provider), provider.GetServices<IPasswordAccounts>(), provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new SystemRegister(policy(provider), provider.GetRequiredService<SourceInventory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueItems, PolicyDueItems>(provider => new PolicyDueItems(
            provider.GetRequiredService<EvidenceFold>(), policy(provider), () => provider.GetRequiredService<IOptions<DisclosureOptions>>().Value.Adequacy)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueItems, SubjectDueItems>(provider => new SubjectDueItems(
            provider.GetRequiredService<SubjectRegister>(), provider.GetRequiredService<HoldRegister>(), policy(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueItems, PasswordDueItems>(
            provider => new PasswordDueItems(provider.GetRequiredService<PasswordRules>())));
        services.TryAddSingleton(provider => new DueCalendar(
            provider.GetServices<IDueItems>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new ComplianceReports(
            provider.GetRequiredService<ControlEvidence>(), provider.GetRequiredService<DueCalendar>(), provider.GetRequiredService<BreachRegister>(),
            provider.GetRequiredService<SystemRegister>(), provider.GetRequiredService<SweepAgenda>(), provider.GetRequiredService<SweepParts>()));
    }
}
