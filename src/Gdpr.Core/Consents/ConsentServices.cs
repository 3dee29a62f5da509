using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Puts this floor together.</summary>
internal static class ConsentServices
{
    /// <param name="services">The container.</param>
    /// <param name="policy">The policy in force.</param>
    public static void Add(IServiceCollection services, Func<IServiceProvider, Func<GdprPolicy>> policy)
    {
        OptionsCheck<ConsentOptions>.Add(services, "Consents", options => options.Problems());
        services.TryAddSingleton(provider => new ConsentRecords(policy(provider), Get<IJournalStore>(provider), Get<ISubjectVault>(provider)));
        services.TryAddSingleton(provider => new StoppedWork(
            policy(provider), Get<Journal>(provider), Get<JournalFolds>(provider), Get<SubjectRegister>(provider), Get<IStateStore>(provider),
            () => [.. provider.GetServices<IScheduledWork>()], () => [.. provider.GetServices<ISubjectEventSink>()], Options(provider), Get<IClock>(provider)));
        services.TryAddSingleton(provider => new ConsentAftermath(policy(provider), Get<FactsKeeper>(provider), Get<SweepAgenda>(provider), Get<StoppedWork>(provider)));
        services.TryAddSingleton(provider => new ConsentRenewal(
            policy(provider), Get<JournalFolds>(provider), Get<SubjectRegister>(provider), Get<SubjectCommands>(provider), Get<ConsentAftermath>(provider),
            Get<HumanTasks>(provider), Get<IStateStore>(provider), Get<ConsentTextRegister>(provider), Get<Journal>(provider), Options(provider),
            Get<IClock>(provider)));
        services.TryAddSingleton(provider => new ConsentEnding(
            policy(provider), Get<SubjectDirectory>(provider), Get<SubjectCommands>(provider), Get<ConsentAftermath>(provider), Get<ConsentRenewal>(provider),
            Get<HumanTasks>(provider), Options(provider), Get<IClock>(provider)));
        services.TryAddSingleton(provider => new ConsentService(
            policy(provider), Get<SubjectDirectory>(provider), Get<SubjectCommands>(provider), Get<ConsentRecords>(provider), Get<ConsentEnding>(provider),
            Get<ConsentAftermath>(provider), Get<ConsentRenewal>(provider), Get<StoppedWork>(provider), Options(provider), Get<IClock>(provider)));
        services.TryAddSingleton(provider => new Suppression(
            policy(provider), Get<SubjectDirectory>(provider), Get<SubjectRegister>(provider), Get<ISubjectVault>(provider), Get<IKeyRing>(provider),
            Get<SuppressedAddresses>(provider), Get<Journal>(provider), Get<JournalFolds>(provider), Get<IClock>(provider)));
        services.TryAddSingleton(provider => new SuppressionReview(
            policy(provider), Get<JournalFolds>(provider), Get<SuppressionRegister>(provider), Get<HumanTasks>(provider), Get<IStateStore>(provider), Options(provider)));
        services.TryAddSingleton(provider => new Unsubscription(
            policy(provider), Get<SubjectDirectory>(provider), Get<SubjectCommands>(provider), Get<ISubjectVault>(provider), Get<IKeyRing>(provider),
            Get<Suppression>(provider), Get<ConsentEnding>(provider), Get<ConsentAftermath>(provider), Options(provider), Get<IClock>(provider)));
        services.TryAddSingleton(provider => new ConsentImport(
            policy(provider), Get<SubjectDirectory>(provider), Get<SubjectRegister>(provider), Get<SubjectCommands>(provider), Get<ISubjectVault>(provider),
            Get<IKeyRing>(provider), Get<Suppression>(provider), Get<SuppressedAddresses>(provider), Get<ConsentAftermath>(provider), Get<Journal>(provider),
            Get<JournalFolds>(provider), Get<ConsentTextRegister>(provider), Options(provider), Get<IClock>(provider)));
        services.TryAddSingleton(provider => new TermsAcceptances(
            policy(provider), Get<SubjectDirectory>(provider), Get<Journal>(provider), Get<JournalFolds>(provider), Get<TermsRegister>(provider), Get<IClock>(provider)));

        // What has ended first, so that what waits for it is stopped in the same turn.
        if (services.All(service => service.ServiceType != typeof(Marker)))
        {
            services.AddSingleton<Marker>();
            services.AddSingleton<ITimedStep>(Get<ConsentRenewal>);
            services.AddSingleton<ITimedStep>(Get<StoppedWork>);
            services.AddSingleton<ITimedStep>(Get<SuppressionReview>);
        }
    }

    private static T Get<T>(IServiceProvider provider)
        where T : notnull => provider.GetRequiredService<T>();

    private static ConsentOptions Options(IServiceProvider provider) => Get<IOptions<ConsentOptions>>(provider).Value;

    private sealed class Marker;
}
