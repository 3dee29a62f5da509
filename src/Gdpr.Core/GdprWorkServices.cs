using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr;

/// <summary>Puts together what acts. Everything is created when it is first asked for, so that the order of registrations is irrelevant.</summary>
internal static class GdprWorkServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<SweepOptions>().ValidateOnStart();
        services.AddOptions<TextOptions>().Validate(limits => !limits.Problems().Any(), "The limits of texts are not usable: see TextOptions.").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SweepOptions>, SweepValidator>());
        services.TryAddSingleton(provider => new GdprStores(provider));
        services.TryAddSingleton(provider => new SourceInventory(provider.GetServices<IPersonalDataSource>()));
        services.TryAddSingleton<SourcePreparation>();
        services.TryAddSingleton<DisposalMetrics>();
        services.TryAddSingleton(provider => new Journal(
            Stores(provider).Journal, Stores(provider).Vault, Clock(provider), provider.GetRequiredService<IOptions<TextOptions>>().Value));
        services.TryAddSingleton(provider => new JournalVerifier(Stores(provider).Journal, Stores(provider).Keys, Stores(provider).Witness, Stores(provider).Vault));
        services.TryAddSingleton(provider => new JournalCheckpoints(Stores(provider).Journal, Stores(provider).Keys, Stores(provider).Witness, Clock(provider)));
        services.TryAddSingleton(provider => new JournalExpiry(
            Stores(provider).Journal, Stores(provider).Vault, Stores(provider).Keys, Stores(provider).Witness,
            Restaters(provider), Clock(provider), token => KeepWhereStoppedAsync(provider.GetRequiredService<KillSwitchRegister>(), token)));
        services.TryAddSingleton(provider => new JournalWriter(provider.GetRequiredService<Journal>(), Clock(provider)));
        services.TryAddSingleton(provider => new HoldRegister(Stores(provider).States, Stores(provider).Journal));
        services.TryAddSingleton(provider => new SubjectRegister(Stores(provider).Journal, Stores(provider).States));
        services.TryAddSingleton(provider => new PlanRegister(Stores(provider).Journal));
        services.TryAddSingleton(provider => new ApprovalRegister(Stores(provider).Journal));
        services.TryAddSingleton(provider => new KillSwitchRegister(Stores(provider).States, Stores(provider).Journal));
        services.TryAddSingleton(provider => new JournalFolds(Stores(provider).Journal, Stores(provider).States, Stores(provider).Keys,
        [
            provider.GetRequiredService<HoldRegister>(), provider.GetRequiredService<PlanRegister>(), provider.GetRequiredService<SubjectRegister>(),
            .. provider.GetServices<IJournalFold>(),
        ],
        provider.GetRequiredService<IClock>()));
        services.TryAddSingleton(provider => new FactsKeeper(
            provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<HoldRegister>(),
            new HoldFacts(
                provider.GetRequiredService<JournalFolds>(), provider.GetRequiredService<HoldRegister>(), provider.GetRequiredService<JournalWriter>(),
                provider.GetRequiredService<SourceInventory>(), provider.GetRequiredService<SweepAgenda>(), Stores(provider).Vault,
                provider.GetRequiredService<KillSwitchRegister>(), () => provider.GetRequiredService<GdprPolicies>().Schedule),
            provider.GetRequiredService<SubjectRegister>(),
            new PendingFacts(Stores(provider).Journal),
            new SubjectFacts(provider.GetRequiredService<SubjectDirectory>(), () => provider.GetRequiredService<GdprPolicies>().Schedule),
            provider.GetRequiredService<RestoredSources>(),
            provider.GetRequiredService<JournalWriter>(),
            provider.GetRequiredService<SourceInventory>(),
            (source, token) => provider.GetRequiredService<SourcePreparation>().PrepareOnceAsync(
                source, provider.GetRequiredService<GdprPolicies>().Schedule, token),
            provider.GetRequiredService<SweepAgenda>(), Stores(provider).States, provider.GetRequiredService<TimeProvider>()));
        GdprLawServices.Add(services);
        services.TryAddSingleton(Parts);
        services.TryAddSingleton<DestructionStops>();
        services.TryAddSingleton(provider => new EvidenceVerifier(Stores(provider).Journal, provider.GetRequiredService<SourceInventory>()));
        services.TryAddSingleton(provider => new Sweep(provider.GetRequiredService<SweepParts>(), Logger<Sweep>(provider)));
        services.TryAddSingleton(provider => new SweepAgenda(Stores(provider).States, Clock(provider), provider.GetRequiredService<IOptions<SweepOptions>>().Value));
        services.TryAddSingleton(provider => new JournalVerifications(
            provider.GetRequiredService<JournalVerifier>(), provider.GetRequiredService<SweepParts>().Damage, provider.GetRequiredService<SweepAgenda>()));
        services.TryAddSingleton(provider => new LegalHolds(provider.GetRequiredService<SweepParts>(), provider.GetRequiredService<HoldRegister>()));
        services.TryAddSingleton(provider => new KillSwitchControl(provider.GetRequiredService<SweepParts>()));
        services.TryAddSingleton(provider => new GdprWork(
            provider.GetRequiredService<SweepParts>(), provider.GetRequiredService<Sweep>(), provider.GetRequiredService<LegalHolds>(),
            provider.GetRequiredService<SweepAgenda>(), Stores(provider), provider.GetRequiredService<JournalCheckpoints>(),
            provider.GetRequiredService<JournalVerifications>(), [.. provider.GetServices<IStartCheck>()], [.. provider.GetServices<ITimedStep>()],
            Logger<GdprWork>(provider)));
    }

    /// <summary>What is destroyed of the journal is destroyed like anything else: a switch that cannot be read counts as on.</summary>
    private static async ValueTask KeepWhereStoppedAsync(KillSwitchRegister killSwitch, CancellationToken cancellationToken)
    {
        if (await killSwitch.IsOnAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new JournalKeptException();
        }
    }

    private static SweepParts Parts(IServiceProvider provider)
    {
        var (stores, policies, writer) = (Stores(provider), provider.GetRequiredService<GdprPolicies>(), provider.GetRequiredService<JournalWriter>());
        var history = provider.GetRequiredService<PolicyHistory>();
        var (plans, facts, metrics) = (
            provider.GetRequiredService<PlanRegister>(), provider.GetRequiredService<FactsKeeper>(), provider.GetRequiredService<DisposalMetrics>());
        var tombstones = new TombstoneKeeper(stores.Vault, stores.Witness, () => policies.Schedule, Clock(provider));
        return new SweepParts(
            () => policies.Schedule, new PolicyVersions(history.RecallAsync, history.KeepAsync),
            provider.GetRequiredService<SourceInventory>(), provider.GetRequiredService<SourcePreparation>(),
            stores.Journal, stores.States, stores.Vault, provider.GetRequiredService<JournalFolds>(), plans, provider.GetRequiredService<ApprovalRegister>(),
            provider.GetRequiredService<KillSwitchRegister>(), facts,
            new KeyRingCheck(stores.Keys, stores.States, stores.Journal),
            new RestoreGuard(stores.Journal, stores.Witness, stores.Keys, writer), new DamageGuard(stores.Journal, stores.States, writer, Clock(provider)),
            new DisposalExecutor(writer, plans, facts, tombstones, stores.Keys, metrics, Clock(provider)), writer, metrics,
            provider.GetRequiredService<RestoredSources>(), provider.GetServices<IWaitingErasure>,
            provider.GetRequiredService<IOptions<SweepOptions>>().Value, Clock(provider),
            provider.GetRequiredService<TimeProvider>());
    }

    private static IEnumerable<IJournalRestater> Restaters(IServiceProvider provider)
    {
        IJournalRestater[] restaters =
        [
            provider.GetRequiredService<HoldRegister>(), provider.GetRequiredService<ApprovalRegister>(), provider.GetRequiredService<PlanRegister>(),
            provider.GetRequiredService<KillSwitchRegister>(), provider.GetRequiredService<SubjectRegister>(),
            .. provider.GetServices<IJournalFold>().OfType<IJournalRestater>(),
        ];
        return restaters.Select(restater => new CaughtUpRestater(provider.GetRequiredService<JournalFolds>(), restater));
    }

    private static GdprStores Stores(IServiceProvider provider) => provider.GetRequiredService<GdprStores>();

    private static IClock Clock(IServiceProvider provider) => provider.GetRequiredService<IClock>();

    private static ILogger Logger<T>(IServiceProvider provider) => provider.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;

    /// <summary>Checks at start what can be checked without I/O: the options and, where there are sources, that they go together and have stores.</summary>
    private sealed class SweepValidator(IServiceProvider provider) : IValidateOptions<SweepOptions>
    {
        public ValidateOptionsResult Validate(string? name, SweepOptions options)
        {
            List<string> problems =
            [
                .. options.BatchSize is < 1 or > 100_000 ? ["The sweep's batch size must be from 1 to 100,000."] : Array.Empty<string>(),
                .. options.Examples is < 0 or > 100 ? ["The sweep gives from 0 to 100 examples."] : Array.Empty<string>(),
                .. TimesOf(options).Where(time => time.Value < time.Least || time.Value > SweepOptions.Longest)
                    .Select(time => $"The sweep's {time.Name} is {time.Value}: state {(time.Least > TimeSpan.Zero ? "more than zero" : "zero or more")}, and at most "
                        + $"{SweepOptions.Longest.Days} days."),
            ];
            try
            {
                // Whether or not there is a source: two journals are a mistake that shows at once.
                if (provider.GetServices<IPersonalDataSource>().Any() || GdprStores.AreSeveral(provider))
                {
                    provider.GetRequiredService<SourceInventory>();
                    provider.GetRequiredService<GdprStores>();
                }
            }
            catch (Exception exception) when (exception is GdprSetupException or SourceInventoryException)
            {
                problems.Add(exception.Message);
            }

            return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
        }

        private static IEnumerable<(string Name, TimeSpan Value, TimeSpan Least)> TimesOf(SweepOptions options) =>
        [
            (nameof(options.Every), options.Every, TimeSpan.FromTicks(1)),
            (nameof(options.RetryAfter), options.RetryAfter, TimeSpan.Zero),
            (nameof(options.VerifyEvery), options.VerifyEvery, TimeSpan.FromTicks(1)),
            (nameof(options.ByHandEvery), options.ByHandEvery, TimeSpan.FromTicks(1)),
        ];
    }
}
