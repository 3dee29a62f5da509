using Gdpr.Policies;
using Gdpr.Sources;

namespace Gdpr.Controls;

/// <summary>The register of systems (Art. 5(2), 32): what the policy declares, and which data source answers for what.</summary>
public sealed class SystemRegister
{
    private readonly Func<GdprPolicy> _policy;
    private readonly SourceInventory _inventory;

    internal SystemRegister(Func<GdprPolicy> policy, SourceInventory inventory)
    {
        _policy = policy;
        _inventory = inventory;
    }

    /// <summary>The systems of the policy, in its order.</summary>
    public IReadOnlyList<RegisteredSystem> List()
    {
        var policy = _policy();
        return [.. policy.Systems.Select(system => SystemOf(policy, system.Key, system.Value))];
    }

    /// <summary>The data sets that a source holds and no system of the policy declares, by the source's name. Such a source keeps the host from starting.</summary>
    public IReadOnlyList<(string Source, string DataSet)> Unregistered()
    {
        var known = _policy().Systems.SelectMany(system => system.Value.DataSets.Keys.Select(id => $"{system.Key}.{id}")).ToHashSet(StringComparer.Ordinal);
        return [.. _inventory.Sources.SelectMany(source => source.DataSets.Where(path => !known.Contains(path)).Select(path => (source.Name, path)))];
    }

    private RegisteredSystem SystemOf(GdprPolicy policy, string id, DataSystem system)
    {
        string[] paths = [.. system.DataSets.Keys.Select(dataSet => $"{id}.{dataSet}")];
        return new RegisteredSystem(id, system)
        {
            Sources = [.. paths.Select(_inventory.Find).OfType<IPersonalDataSource>().Select(source => source.Name).Distinct(StringComparer.Ordinal)],
            WithoutSource = [.. paths.Where(path => _inventory.Find(path) is null)],
            Controls =
            [
                .. policy.Controls.Where(control => control.Value.Systems.Count == 0 || control.Value.Systems.Contains(id, StringComparer.Ordinal))
                    .Select(control => control.Key),
            ],
            PasswordRules = [.. policy.PasswordRules.Where(rule => rule.Value.Systems.Contains(id, StringComparer.Ordinal)).Select(rule => rule.Key)],
        };
    }
}

/// <summary>A system, and what answers for it.</summary>
/// <param name="Id">Its id in the policy.</param>
/// <param name="System">What the policy says of it: owner, location, host, risk assessment, backups, data sets.</param>
public sealed record RegisteredSystem(string Id, DataSystem System)
{
    /// <summary>The data sources that hold its data sets.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Its data sets that no source holds: people do the work there.</summary>
    public IReadOnlyList<string> WithoutSource { get; init; } = [];

    /// <summary>The measures that cover it.</summary>
    public IReadOnlyList<string> Controls { get; init; } = [];

    /// <summary>The password rules that govern it.</summary>
    public IReadOnlyList<string> PasswordRules { get; init; } = [];
}
