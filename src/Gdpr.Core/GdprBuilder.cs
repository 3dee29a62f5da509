using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr;

/// <summary>Configures the library in a host's container. Packages extend it with their own verbs.</summary>
public sealed class GdprBuilder
{
    internal GdprBuilder(IServiceCollection services) => Services = services;

    /// <summary>The container's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Takes the policy from a JSON file, which is read when the host starts and again on <see cref="GdprPolicies.Reload"/>.</summary>
    /// <param name="path">The path; a relative one is taken from the application's base directory.</param>
    public GdprBuilder UsePolicyFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var fullPath = Path.GetFullPath(path, AppContext.BaseDirectory);
        return Use($"file {fullPath}", () => PolicyFile.Read(fullPath));
    }

    /// <summary>Takes the policy from JSON text.</summary>
    /// <param name="json">The text.</param>
    public GdprBuilder UsePolicyJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Use($"json {json}", () => PolicyReader.Read(json));
    }

    /// <summary>Takes the policy as built in C#.</summary>
    /// <param name="policy">The policy.</param>
    public GdprBuilder UsePolicy(GdprPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Use($"policy {policy.Hash}", () => new PolicyReadResult(policy, PolicyLint.Check(policy)));
    }

    /// <summary>Names a version that came before the policy, so that what it had let go stays let go. The versions that <see cref="PolicyHistory"/> keeps need no naming:
    /// name one that decided elsewhere, or whose longer periods have been assessed for existing data too (Art. 6(4)). What is named counts, whatever is kept.</summary>
    /// <param name="earlier">The version and when it ceased to apply. To name the same again changes nothing.</param>
    public GdprBuilder AfterVersion(SupersededPolicy earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        Services.Configure<GdprOptions>(options =>
        {
            if (!options.Earlier.Contains(earlier))
            {
                options.Earlier.Add(earlier);
            }
        });
        return this;
    }

    /// <summary>Keeps journal, vault, states and keys in memory: for trying out and for tests. What is in memory is gone with the process.</summary>
    public GdprBuilder UseInMemoryStores() => UseJournalStore("memory", _ => new InMemoryJournalStore())
        .UseSubjectVault("memory", _ => new InMemorySubjectVault())
        .UseStateStore("memory", _ => new InMemoryStateStore())
        .UseKeyRing("memory", _ => InMemoryKeyRing.WithRandomKey());

    /// <summary>Keeps the journal in a store. A host has one: naming another stops the start; naming the same again changes nothing.</summary>
    /// <param name="name">What tells this store from another, such as its file.</param>
    /// <param name="create">Creates it.</param>
    public GdprBuilder UseJournalStore(string name, Func<IServiceProvider, IJournalStore> create) => Keep(name, create);

    /// <summary>Keeps what ties the journal to people in a vault. A host has one: naming another stops the start.</summary>
    /// <param name="name">What tells this vault from another.</param>
    /// <param name="create">Creates it.</param>
    public GdprBuilder UseSubjectVault(string name, Func<IServiceProvider, ISubjectVault> create) => Keep(name, create);

    /// <summary>Keeps states, leases and waiting work in a store. A host has one: naming another stops the start.</summary>
    /// <param name="name">What tells this store from another.</param>
    /// <param name="create">Creates it.</param>
    public GdprBuilder UseStateStore(string name, Func<IServiceProvider, IStateStore> create) => Keep(name, create);

    /// <summary>Takes the secret keys from a ring, which lies outside every database of the library. A host has one: naming another stops the start.</summary>
    /// <param name="name">What tells this ring from another.</param>
    /// <param name="create">Creates it.</param>
    public GdprBuilder UseKeyRing(string name, Func<IServiceProvider, IKeyRing> create) => Keep(name, create);

    /// <summary>Has the journal witnessed outside every database that is backed up with it. A host has at most one; without one the start warns.</summary>
    /// <param name="name">What tells this witness from another.</param>
    /// <param name="create">Creates it.</param>
    public GdprBuilder UseWitness(string name, Func<IServiceProvider, IJournalWitness> create) => Keep(name, create);

    /// <summary>Adds a place where personal data is. Sources are asked in the order in which they are added.</summary>
    /// <param name="source">The source.</param>
    public GdprBuilder AddSource(IPersonalDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Services.AddSingleton(source);
        return this;
    }

    /// <summary>Adds a place where personal data is. Sources are asked in the order in which they are added.</summary>
    /// <param name="create">Creates the source.</param>
    public GdprBuilder AddSource(Func<IServiceProvider, IPersonalDataSource> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.AddSingleton(create);
        return this;
    }

    /// <summary>Says how the sweep works.</summary>
    /// <param name="configure">Changes the options.</param>
    public GdprBuilder ConfigureSweep(Action<SweepOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(configure);
        return this;
    }

    private GdprBuilder Keep<T>(string name, Func<IServiceProvider, T> create)
        where T : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        if (!Services.Any(service => service.ImplementationInstance is NamedStore<T> same && same.Name == name))
        {
            Services.AddSingleton(new NamedStore<T>(name));
            Services.AddSingleton(create);
        }

        return this;
    }

    private GdprBuilder Use(string source, Func<PolicyReadResult> load)
    {
        Services.Configure<GdprOptions>(options => options.Sources[source] = load);
        return this;
    }

    /// <summary>That a store has been named already.</summary>
    internal sealed record NamedStore<T>(string Name);
}
