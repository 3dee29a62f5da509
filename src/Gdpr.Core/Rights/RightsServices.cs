using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>Puts together what handles requests.</summary>
internal static class RightsServices
{
    /// <summary>Adds the services of this floor.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="policy">The policy in force.</param>
    /// <param name="schedule">Its compiled rules.</param>
    /// <param name="vault">The vault.</param>
    /// <param name="keys">The keys.</param>
    public static void Add(
        IServiceCollection services, Func<IServiceProvider, Func<GdprPolicy>> policy, Func<IServiceProvider, Func<RetentionSchedule>> schedule,
        Func<IServiceProvider, ISubjectVault> vault, Func<IServiceProvider, IKeyRing> keys)
    {
        OptionsCheck<RightsOptions>.Add(services, "Requests", options => options.Problems());
        services.TryAddSingleton(provider => new RequestCommands(
            Get<Journal>(provider), Get<RequestRegister>(provider), Get<SubjectCommands>(provider), Get<JournalFolds>(provider), Get<IClock>(provider)));
        services.TryAddSingleton(provider => new PersonInventory(
            schedule(provider), Get<SourceInventory>(provider), Get<SourcePreparation>(provider), Get<SubjectDirectory>(provider)));
        services.TryAddSingleton(provider => new RightsParts(
            policy(provider), schedule(provider), Get<Journal>(provider), vault(provider), Get<Suppression>(provider), Get<ConsentRenewal>(provider),
            Get<JournalFolds>(provider),
            Get<RequestRegister>(provider), Get<RequestCommands>(provider), Get<SubjectCommands>(provider), Get<SubjectRegister>(provider),
            Get<SubjectDirectory>(provider), Get<PersonInventory>(provider), Get<SourceInventory>(provider), Get<FactsKeeper>(provider), Get<SweepAgenda>(provider),
            Get<Sweep>(provider), Get<HumanTasks>(provider), Get<TaskRegister>(provider),
            Get<DisclosureLog>(provider), Get<RecipientNotifications>(provider), Get<AnnotationRegister>(provider), [.. provider.GetServices<IOrganisationPeople>()],
            Get<IOptions<RightsOptions>>(provider).Value, Get<IClock>(provider)));
        services.TryAddSingleton(provider => new ObjectionWork(Get<RightsParts>(provider)));
        services.TryAddSingleton(provider => new RestrictionWork(Get<RightsParts>(provider)));
        services.TryAddSingleton(provider => new AccessWork(Get<RightsParts>(provider), Get<AutomatedDecisions>(provider)));
        services.TryAddSingleton(provider => new ErasureWork(Get<RightsParts>(provider), Get<ObjectionWork>(provider), Get<WaitingErasures>(provider)));
        services.TryAddSingleton(provider => new WaitingErasures(Get<RightsParts>(provider), () => keys(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IWaitingErasure, WaitingErasures>(Get<WaitingErasures>));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRectifiedData, RectifiedData>(provider => new RectifiedData(
            Get<IJournalStore>(provider), Get<AnnotationRegister>(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IErasedData, ErasedData>(provider => new ErasedData(Get<RequestRegister>(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IReopenedErasure, ReopenedRequests>(provider => new ReopenedRequests(
            Get<RequestRegister>(provider), Get<RequestCommands>(provider), Get<IClock>(provider))));
        services.TryAddSingleton(provider => new RightsWork(
            Get<RightsParts>(provider), Get<ErasureWork>(provider), Get<RestrictionWork>(provider), Get<ObjectionWork>(provider), Get<RectificationWork>(provider)));
        services.TryAddSingleton(provider => new AutomatedDecisions(
            Get<DecidingPolicies>(provider), Get<SubjectDirectory>(provider), Get<Journal>(provider), Get<IJournalStore>(provider), vault(provider),
            Get<IClock>(provider)));
        services.TryAddSingleton(provider => new DataSubjectRequests(
            Get<RightsParts>(provider), Get<RightsWork>(provider), Get<RestrictionWork>(provider), Get<AccessWork>(provider), Get<RectificationWork>(provider),
            Get<AutomatedDecisions>(provider), Get<StoppedWork>(provider)));
        services.TryAddSingleton(provider => new RectificationWork(Get<RightsParts>(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueItems, RequestDueItems>(provider => new RequestDueItems(Get<RightsParts>(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITimedStep, RightsStep>(provider => new RightsStep(
            Get<RightsParts>(provider), Get<RightsWork>(provider), Get<ErasureWork>(provider), Get<RestrictionWork>(provider), Get<ObjectionWork>(provider))));
    }

    private static T Get<T>(IServiceProvider provider)
        where T : notnull => provider.GetRequiredService<T>();
}
