using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>Puts the register of breaches together.</summary>
internal static class BreachServices
{
    /// <summary>Adds the services. The fold of breaches is there already.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="policy">Gives the policy and its schedule in force.</param>
    public static void Add(IServiceCollection services, Func<IServiceProvider, Func<RetentionSchedule>> policy)
    {
        OptionsCheck<BreachOptions>.Add(services, "Breaches", options => options.Problems());
        services.TryAddSingleton(provider => new BreachTasks(
            provider.GetRequiredService<BreachFold>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<HumanTasks>(),
            PolicyOf(provider, policy), Options(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITimedStep, BreachTasks>(provider => provider.GetRequiredService<BreachTasks>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueItems, BreachTasks>(provider => provider.GetRequiredService<BreachTasks>()));
        services.TryAddSingleton(provider => new BreachRegister(
            new BreachCommands(
                provider.GetRequiredService<Journal>(), provider.GetRequiredService<IJournalStore>(), provider.GetRequiredService<ISubjectVault>(),
                provider.GetRequiredService<BreachFold>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<BreachTasks>(),
                provider.GetRequiredService<SubjectCommands>(), provider.GetRequiredService<IClock>()),
            provider.GetRequiredService<BreachFold>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<BreachTasks>(),
            new BreachScoping(
                provider.GetRequiredService<SourceInventory>(), provider.GetRequiredService<SubjectDirectory>(), provider.GetRequiredService<SubjectRegister>(),
                provider.GetRequiredService<IJournalStore>(),
                provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<DisclosureRegister>(), provider.GetRequiredService<ISubjectVault>(),
                provider.GetRequiredService<IKeyRing>(), policy(provider), provider.GetRequiredService<IClock>()),
            PolicyOf(provider, policy), Options(provider)));
    }

    private static Func<Policies.GdprPolicy> PolicyOf(IServiceProvider provider, Func<IServiceProvider, Func<RetentionSchedule>> policy)
    {
        var schedule = policy(provider);
        return () => schedule().Policy;
    }

    private static BreachOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<BreachOptions>>().Value;
}
