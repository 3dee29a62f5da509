using Gdpr.Journals;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr;

/// <summary>The stores of a host: exactly one of each kind, and at most one witness.</summary>
internal sealed class GdprStores
{
    public GdprStores(IServiceProvider provider)
    {
        var problems = new List<string>();
        Journal = One<IJournalStore>("journal store", nameof(GdprBuilder.UseJournalStore));
        Vault = One<ISubjectVault>("subject vault", nameof(GdprBuilder.UseSubjectVault));
        States = One<IStateStore>("state store", nameof(GdprBuilder.UseStateStore));
        Keys = One<IKeyRing>("key ring", nameof(GdprBuilder.UseKeyRing));
        IJournalWitness[] witnesses = [.. provider.GetServices<IJournalWitness>()];
        Witness = witnesses.FirstOrDefault();
        if (witnesses.Length > 1)
        {
            problems.Add($"{witnesses.Length} witnesses are registered ({Names<IJournalWitness>()}): keep one.");
        }

        if (problems.Count > 0)
        {
            throw new GdprSetupException(problems);
        }

        T One<T>(string kind, string verb)
            where T : class
        {
            T[] all = [.. provider.GetServices<T>()];
            if (all.Length != 1)
            {
                problems.Add(all.Length == 0
                    ? $"No {kind} is registered: name a package's in AddGdpr, such as UseSqlite, your own with {verb}, or, to try things out, UseInMemoryStores."
                    : $"{all.Length} are registered as {kind} ({Names<T>()}): keep one.");
            }

            // Without exactly one, the constructor throws.
            return all.FirstOrDefault()!;
        }

        string Names<T>() => string.Join(", ", provider.GetServices<GdprBuilder.NamedStore<T>>().Select(store => $"'{store.Name}'").Order(StringComparer.Ordinal));
    }

    public IJournalStore Journal { get; }

    public ISubjectVault Vault { get; }

    public IStateStore States { get; }

    public IKeyRing Keys { get; }

    public IJournalWitness? Witness { get; }

    /// <summary>Whether several of one kind have been named.</summary>
    public static bool AreSeveral(IServiceProvider provider)
    {
        return new[] { Count<IJournalStore>(), Count<ISubjectVault>(), Count<IStateStore>(), Count<IKeyRing>(), Count<IJournalWitness>() }.Max() > 1;

        int Count<T>() => provider.GetServices<GdprBuilder.NamedStore<T>>().Count();
    }
}
