using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Puts the gate together.</summary>
/// <param name="Policy">The policy in force.</param>
/// <param name="Schedule">Its schedule.</param>
/// <param name="Earlier">The versions before it.</param>
/// <param name="Journal">The journal's store.</param>
/// <param name="States">The state store.</param>
/// <param name="Vault">The vault.</param>
/// <param name="Keys">The keys.</param>
/// <param name="Witness">The witness, where there is one.</param>
internal sealed record ProcessingParts(
    Func<GdprPolicy> Policy, Func<RetentionSchedule> Schedule, Func<IReadOnlyList<SupersededPolicy>> Earlier, IJournalStore Journal, IStateStore States,
    ISubjectVault Vault, IKeyRing Keys, IJournalWitness? Witness)
{
    public static void Add(IServiceCollection services)
    {
        OptionsCheck<ProcessingOptions>.Add(services, "The gate", options => options.Problems());
        services.TryAddSingleton(provider => new ClientDataTasks(provider.GetRequiredService<HumanTasks>(), Options(provider)));
        services.TryAddSingleton(provider => new ProcessorClients(
            Parts(provider).Policy, provider.GetRequiredService<Journal>(), Parts(provider).Journal, Parts(provider).Vault, provider.GetRequiredService<JournalFolds>(),
            provider.GetRequiredService<ClientRegister>(), provider.GetRequiredService<ClientDataTasks>(), provider.GetRequiredService<ClientDataCheck>(),
            Clock(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITimedStep, ClientEndStep>(provider => new ClientEndStep(
            provider.GetRequiredService<ClientRegister>(), provider.GetRequiredService<ClientDataTasks>(), provider.GetRequiredService<JournalFolds>())));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueItems, ClientDueItems>(provider => new ClientDueItems(
            provider.GetRequiredService<ClientRegister>(), provider.GetRequiredService<ClientDataTasks>(), Options(provider))));
        services.TryAddSingleton(provider => new ActorKeys(
            provider.GetRequiredService<SubjectDirectory>(), Parts(provider).Vault, Parts(provider).Keys, Clock(provider)));
        services.TryAddSingleton(provider => new AccessAdministration(
            Parts(provider).Policy, provider.GetRequiredService<SubjectDirectory>(), provider.GetRequiredService<Journal>(), Parts(provider).Journal,
            Parts(provider).Vault, provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<AccessRegister>(), provider.GetRequiredService<ActorKeys>(),
            provider.GetService<IProcessingActorSource>(), Clock(provider)));
        services.TryAddSingleton(provider => new UsePreparer(
            Parts(provider).Schedule, Parts(provider).Earlier, provider.GetRequiredService<ClientRegister>(), provider.GetRequiredService<CompatibilityRegister>()));
        services.TryAddSingleton(provider => new PurposeCompatibility(
            Parts(provider).Policy, provider.GetRequiredService<SubjectDirectory>(), provider.GetRequiredService<Journal>(), Parts(provider).Journal,
            provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<CompatibilityRegister>(), provider.GetRequiredService<HumanTasks>(),
            Options(provider), Clock(provider)));
        services.TryAddSingleton(provider => new StandingReader(
            provider.GetRequiredService<SubjectRegister>(), provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<RecentSubjects>(),
            Options(provider), Clock(provider)));
        services.TryAddSingleton(provider => new UseSums(provider.GetRequiredService<Journal>(), Options(provider), Clock(provider)));
        services.TryAddSingleton(provider => new JournalTrust(
            new RestoreGuard(Parts(provider).Journal, Parts(provider).Witness, Parts(provider).Keys, provider.GetRequiredService<JournalWriter>()),
            new DamageGuard(Parts(provider).Journal, Parts(provider).States, provider.GetRequiredService<JournalWriter>(), Clock(provider)),
            Options(provider), Clock(provider)));
        services.TryAddSingleton<IProcessingGate>(provider => new ProcessingGate(
            provider.GetRequiredService<UsePreparer>(), provider.GetRequiredService<StandingReader>(),
            Blocks(provider), Rules(provider),
            new GateTasks(provider.GetRequiredService<HumanTasks>(), Options(provider)),
            new UseRecorder(
                provider.GetRequiredService<Journal>(), provider.GetRequiredService<SubjectCommands>(), provider.GetRequiredService<ActorKeys>(),
                provider.GetRequiredService<UseSums>(), Clock(provider)),
            Parts(provider).Schedule, provider.GetService<IProcessingActorSource>(), Options(provider), Clock(provider), Logger(provider)));
    }

    /// <summary>Everything that makes every use wait.</summary>
    public static IReadOnlyList<IUseBlock> Blocks(IServiceProvider provider) =>
        [provider.GetRequiredService<JournalTrust>(), new ReplayBlock(provider.GetRequiredService<RestoredSources>()), .. provider.GetServices<IUseBlock>()];

    /// <summary>The rules of the host.</summary>
    public static HostRules Rules(IServiceProvider provider) => new(provider.GetServices<IProcessingRule>(), Logger(provider));

    private static ProcessingParts Parts(IServiceProvider provider) => provider.GetRequiredService<ProcessingParts>();

    private static ProcessingOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ProcessingOptions>>().Value;

    private static IClock Clock(IServiceProvider provider) => provider.GetRequiredService<IClock>();

    private static ILogger Logger(IServiceProvider provider) => provider.GetService<ILogger<IProcessingGate>>() ?? NullLogger<IProcessingGate>.Instance;
}
