using Gdpr.Breaches;
using Gdpr.Consents;
using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Sources;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr;

/// <summary>Puts together what knows people and decides about them.</summary>
/// <remarks>What folds entries of its own registers itself as <see cref="IJournalFold"/> too; what restates them is taken from there.</remarks>
internal static class GdprLawServices
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<RecentSubjects>();
        services.TryAddSingleton(provider => new SubjectCommands(
            provider.GetRequiredService<Journal>(), provider.GetRequiredService<SubjectRegister>(), provider.GetRequiredService<RecentSubjects>(),
            provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new SuppressedAddresses(
            () => provider.GetRequiredService<GdprPolicies>().Current, Stores(provider).Vault, provider.GetRequiredService<SubjectCommands>(),
            provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new SubjectDirectory(
            () => provider.GetRequiredService<GdprPolicies>().Current,
            async (client, cancellationToken) =>
                await provider.GetRequiredService<ProcessorClients>().FindAsync(client, cancellationToken).ConfigureAwait(false) is not null,
            cancellationToken => provider.GetRequiredService<DestructionStops>().FindAsync(cancellationToken),
            Stores(provider).Vault, Stores(provider).Keys, provider.GetRequiredService<SubjectRegister>(), provider.GetRequiredService<SubjectCommands>(),
            provider.GetRequiredService<SuppressedAddresses>()));
        services.TryAddSingleton(provider => new LogPseudonyms(Stores(provider).Keys, Policy(provider)));
        services.TryAddSingleton(provider => new PolicyHistory(
            provider.GetRequiredService<GdprPolicies>(), Stores(provider).States, provider.GetRequiredService<IClock>()));
        services.AddOptions<JournalOptions>()
            .Validate(options => !options.Keep.IsEmpty && options.ExpireEvery > TimeSpan.Zero, "Proofs are kept for a time, and let go every so often: state both.")
            .Validate(options => options.ExpireEvery <= SweepOptions.Longest, $"Proofs are let go at least every {SweepOptions.Longest.Days} days: state a shorter time.")
            .ValidateOnStart();
        if (services.All(service => service.ImplementationType != typeof(JournalExpiryStep)))
        {
            services.AddSingleton<ITimedStep, JournalExpiryStep>(provider => new JournalExpiryStep(
                provider.GetRequiredService<JournalExpiry>(), Stores(provider).States, provider.GetRequiredService<GdprPolicies>(),
                provider.GetRequiredService<PolicyHistory>(), provider.GetRequiredService<IOptions<JournalOptions>>()));
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITimedStep, ForgettingStep>(Forgetting));
        services.TryAddSingleton(provider => new ErasureReplay(
            provider.GetRequiredService<SubjectRegister>(), provider.GetRequiredService<SubjectCommands>(),
            () => provider.GetRequiredService<GdprPolicies>().Current, provider.GetServices<IReopenedErasure>));
        services.TryAddSingleton(provider => new WitnessedNames(
            Stores(provider).Vault, Stores(provider).Witness, Stores(provider).Keys, () => provider.GetRequiredService<GdprPolicies>().Schedule,
            provider.GetRequiredService<IClock>()));
        AddFold(services, provider => new RestoredSources(
            Stores(provider).States, provider.GetRequiredService<JournalWriter>(), provider.GetRequiredService<ErasureReplay>(),
            new BatchesBeside(Stores(provider).Journal), provider.GetRequiredService<WitnessedNames>()));
        services.TryAddSingleton(provider => new SourceReplay(
            provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<RestoredSources>(), provider.GetRequiredService<WitnessedNames>(),
            provider.GetRequiredService<FactsKeeper>(), provider.GetRequiredService<SweepParts>(), provider.GetRequiredService<SweepAgenda>()));
        AddFold(services, provider => new TaskRegister(Stores(provider).States));
        services.TryAddSingleton(provider => new HumanTasks(
            provider.GetRequiredService<Journal>(), Stores(provider).Journal, provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<TaskRegister>(),
            provider.GetRequiredService<SubjectCommands>(), provider.GetRequiredService<IClock>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITimedStep, DisposalByHand>(provider => new DisposalByHand(
            () => provider.GetRequiredService<GdprPolicies>().Schedule, provider.GetRequiredService<SourceInventory>(), provider.GetRequiredService<HumanTasks>(),
            provider.GetRequiredService<TaskRegister>(), provider.GetRequiredService<IOptions<SweepOptions>>().Value,
            provider.GetRequiredService<IOptions<RightsOptions>>().Value.ManualOwner)));
        AddFold(services, provider => new ClientRegister(Stores(provider).States));
        AddFold(services, provider => new CompatibilityRegister(Stores(provider).States));
        AddFold(services, provider => new AccessRegister(Stores(provider).States));
        services.TryAddSingleton(provider => new ProcessingParts(
            () => provider.GetRequiredService<GdprPolicies>().Current, () => provider.GetRequiredService<GdprPolicies>().Schedule,
            () => provider.GetRequiredService<GdprPolicies>().Earlier, Stores(provider).Journal, Stores(provider).States, Stores(provider).Vault, Stores(provider).Keys,
            Stores(provider).Witness));
        services.TryAddSingleton<ClientDataCheck>(provider => (client, keptByLaw, cancellationToken) => FindHeldAsync(provider, client, keptByLaw, cancellationToken));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITimedStep, UseSums>(provider => provider.GetRequiredService<UseSums>()));
        ProcessingParts.Add(services);
        AddFold(services, provider => new ConsentTextRegister(Stores(provider).States));
        ConsentServices.Add(services, Policy);
        AddFold(services, provider => new TermsRegister(Stores(provider).States, provider.GetRequiredService<SubjectRegister>()));
        AddFold(services, provider => new StopFold(provider.GetRequiredService<StoppedWork>));
        AddFold(services, provider => new DisclosureRegister(Stores(provider).States, provider.GetRequiredService<SubjectRegister>()));
        AddFold(services, provider => new OriginRegister(
            Stores(provider).States, provider.GetRequiredService<SubjectRegister>(),
            (controller, since) => NoticeDeadline.Of(provider.GetRequiredService<GdprPolicies>().Current, controller, since).DueBy));
        AddFold(services, provider => new SubProcessorRegister(Stores(provider).States));
        AddFold(services, provider => new NotificationRegister(Stores(provider).Journal, Stores(provider).States));
        services.TryAddSingleton(provider => new DecidingPolicies(
            Policy(provider), provider.GetRequiredService<PolicyHistory>().KeepCurrentAsync, provider.GetRequiredService<PolicyHistory>().FindAsync));
        AddFold(services, provider => new SuppressionRegister(Stores(provider).States));
        DisclosureServices.Add(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueItems, TaskDueItems>(provider => new TaskDueItems(provider.GetRequiredService<TaskRegister>())));
        AddFold(services, provider => new BreachFold(Stores(provider).States));
        BreachServices.Add(services, provider => () => provider.GetRequiredService<GdprPolicies>().Schedule);
        AddFold(services, provider => new EvidenceFold(Stores(provider).States));
        ControlServices.Add(services, Policy);
        AddFold(services, provider => new RequestRegister(Stores(provider).Journal, Stores(provider).States));
        AddFold(services, provider => new AnnotationRegister(
            Stores(provider).States, provider.GetRequiredService<SubjectRegister>(), Stores(provider).Vault, provider.GetRequiredService<PersonInventory>));
        RightsServices.Add(
            services, provider => () => provider.GetRequiredService<GdprPolicies>().Current, provider => () => provider.GetRequiredService<GdprPolicies>().Schedule,
            provider => Stores(provider).Vault, provider => Stores(provider).Keys);
    }

    /// <summary>Adds a fold: by its own type, and among the folds that are caught up.</summary>
    internal static void AddFold<T>(IServiceCollection services, Func<IServiceProvider, T> create)
        where T : class, IJournalFold
    {
        if (services.All(service => service.ServiceType != typeof(T)))
        {
            services.AddSingleton(create);
            services.AddSingleton<IJournalFold>(provider => provider.GetRequiredService<T>());
        }
    }

    private static ForgettingStep Forgetting(IServiceProvider provider)
    {
        var (disclosures, origins) = (provider.GetRequiredService<DisclosureRegister>(), provider.GetRequiredService<OriginRegister>());
        var (annotations, terms) = (provider.GetRequiredService<AnnotationRegister>(), provider.GetRequiredService<TermsRegister>());
        var (register, directory) = (provider.GetRequiredService<SubjectRegister>(), provider.GetRequiredService<SubjectDirectory>());
        return new ForgettingStep(
            provider.GetRequiredService<SweepParts>(), provider.GetRequiredService<DestructionStops>(), register, directory,
            new KeyNeeds(
                provider.GetRequiredService<PersonInventory>(), directory, origins, provider.GetRequiredService<HoldRegister>(),
                provider.GetRequiredService<StoppedWork>(), Stores(provider).Vault),
            provider.GetRequiredService<Suppression>(), provider.GetRequiredService<GdprPolicies>(),
            new HashSet<string>(
                [.. SubjectEntries.Repeating, .. disclosures.Repeating, .. origins.Repeating, .. annotations.Repeating, .. terms.Repeating], StringComparer.Ordinal),
            provider.GetRequiredService<IOptions<JournalOptions>>());
    }

    /// <summary>Where a source still finds something of a client's people.</summary>
    private static async ValueTask<string?> FindHeldAsync(
        IServiceProvider provider, string client, IReadOnlyCollection<string> keptByLaw, CancellationToken cancellationToken)
    {
        var inventory = provider.GetRequiredService<PersonInventory>();
        await foreach (var (subject, state) in provider.GetRequiredService<SubjectRegister>().ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (subject.Controller == client && !state.IsForgotten
                && await inventory.FindHeldAsync(subject, keptByLaw, cancellationToken).ConfigureAwait(false) is { } dataSet)
            {
                return dataSet;
            }
        }

        return null;
    }

    private static Func<GdprPolicy> Policy(IServiceProvider provider) => () => provider.GetRequiredService<GdprPolicies>().Current;

    private static GdprStores Stores(IServiceProvider provider) => provider.GetRequiredService<GdprStores>();
}
