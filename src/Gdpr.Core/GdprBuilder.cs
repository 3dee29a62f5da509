using Gdpr.Policies;
using Gdpr.Retention;
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

    /// <summary>Names a version that came before the policy, so that what it had let go stays let go.</summary>
    /// <param name="earlier">The version and when it ceased to apply.</param>
    public GdprBuilder AfterVersion(SupersededPolicy earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        Services.Configure<GdprOptions>(options => options.Earlier.Add(earlier));
        return this;
    }

    private GdprBuilder Use(string source, Func<PolicyReadResult> load)
    {
        Services.Configure<GdprOptions>(options => options.Sources[source] = load);
        return this;
    }
}
