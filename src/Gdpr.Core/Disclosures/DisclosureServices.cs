using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
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
        OptionsCheck<DisclosureOptions>.Add(services, "Disclosures", options => options.Problems());
        services.TryAddSingleton<IDisclosureEvidence, NoEvidence>();
        services.TryAddSingleton(provider => new DisclosureGate(
            provider.GetRequiredService<IProcessingGate>(), ProcessingParts.Blocks(provider), ProcessingParts.Rules(provider),
            provider.GetService<IProcessingActorSource>(), provider.GetRequiredService<IOptions<ProcessingOptions>>().Value));
        services.TryAddSingleton(provider => new DisclosureService(
            provider.GetRequiredService<DecidingPolicies>(), provider.GetRequiredService<IOptions<DisclosureOptions>>().Value,
            provider.GetRequiredService<DisclosureGate>(), provider.GetRequiredService<SubjectDirectory>(), provider.GetRequiredService<SubjectCommands>(),
            provider.GetRequiredService<Journal>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<SubProcessorChanges>(),
            provider.GetRequiredService<ProcessorClients>(), provider.GetRequiredService<CollectionRegister>(), provider.GetRequiredService<IDisclosureEvidence>(),
            provider.GetRequiredService<HumanTasks>(), provider.GetRequiredService<LateDisclosures>(), provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new StoppedPurposes(
            provider.GetRequiredService<RecipientNotifications>(), provider.GetRequiredService<SubjectRegister>()));
        services.TryAddSingleton(provider => new LateDisclosures(
            provider.GetRequiredService<RecipientNotifications>(), provider.GetRequiredService<DisclosureRegister>(), provider.GetRequiredService<SubjectRegister>(),
            provider.GetRequiredService<StoppedPurposes>(), provider.GetServices<IRectifiedData>(),
            provider.GetServices<IErasedData>(), provider.GetRequiredService<HumanTasks>(), provider.GetRequiredService<SubjectCommands>(),
            provider.GetRequiredService<Journal>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<DecidingPolicies>(), provider.GetRequiredService<IOptions<DisclosureOptions>>().Value,
            provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new CollectionRegister(
            provider.GetRequiredService<DecidingPolicies>(), provider.GetRequiredService<OriginRegister>(), provider.GetRequiredService<SubjectRegister>(),
            provider.GetRequiredService<SubjectDirectory>(),
            new OriginWriter(
                provider.GetRequiredService<SubjectCommands>(), provider.GetRequiredService<Journal>(), provider.GetRequiredService<JournalFolds>(),
                provider.GetRequiredService<IOptions<DisclosureOptions>>().Value),
            provider.GetRequiredService<SuppressedAddresses>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new SubProcessorChanges(
            provider.GetRequiredService<DecidingPolicies>(), provider.GetRequiredService<IOptions<DisclosureOptions>>().Value,
            provider.GetRequiredService<SubProcessorRegister>(), provider.GetRequiredService<ProcessorClients>(), provider.GetRequiredService<SubjectCommands>(),
            provider.GetRequiredService<Journal>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<HumanTasks>(),
            provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new DisclosureLog(
            provider.GetRequiredService<DecidingPolicies>(), provider.GetRequiredService<ISubjectVault>(), provider.GetRequiredService<Journal>(),
            provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<DisclosureRegister>(), provider.GetRequiredService<SubjectCommands>(),
            provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new RecipientNotifications(
            provider.GetRequiredService<DecidingPolicies>(), provider.GetRequiredService<DisclosureRegister>(), provider.GetRequiredService<NotificationRegister>(),
            provider.GetRequiredService<SubjectDirectory>(), provider.GetRequiredService<ISubjectVault>(), provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<Journal>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<HumanTasks>(),
            provider.GetRequiredService<IClock>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueItems, DisclosureDueItems>(provider => new DisclosureDueItems(
            provider.GetRequiredService<NotificationRegister>(), provider.GetRequiredService<OriginRegister>(), provider.GetRequiredService<DecidingPolicies>(),
            provider.GetRequiredService<IOptions<DisclosureOptions>>().Value)));
        if (services.All(service => service.ServiceType != typeof(NotificationPump)))
        {
            services.AddSingleton(provider => new NotificationPump(
                provider.GetRequiredService<RecipientNotifications>(), provider.GetRequiredService<NotificationRegister>(),
                provider.GetRequiredService<DecidingPolicies>(),
                provider.GetServices<INotificationChannel>(), provider.GetRequiredService<HumanTasks>(), provider.GetRequiredService<IStateStore>(),
                provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<SubjectCommands>(),
                provider.GetRequiredService<IOptions<DisclosureOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<ITimedStep>(provider => provider.GetRequiredService<LateDisclosures>());
            services.AddSingleton<ITimedStep>(provider => provider.GetRequiredService<NotificationPump>());
            services.AddSingleton<ISubjectEventSink>(provider => provider.GetRequiredService<StoppedPurposes>());
        }
    }
}
