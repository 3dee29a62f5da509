using System.Runtime.CompilerServices;

namespace Gdpr.Testing;

/// <summary>What a port demands of whoever implements it, as cases that any test framework runs.</summary>
/// <remarks>With xunit: one theory over the names of <see cref="Cases"/>, which calls <see cref="RunAsync"/>.</remarks>
public abstract class ContractSuite
{
    private readonly List<ContractCase> _cases = [];
    private readonly Dictionary<string, ContractCase> _byName = new(StringComparer.Ordinal);

    private protected ContractSuite()
    {
    }

    /// <summary>The cases.</summary>
    public IReadOnlyList<ContractCase> Cases => _cases;

    /// <summary>Runs the case of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ArgumentException">The suite has no such case.</exception>
    /// <exception cref="ContractException">What was run does something else than the contract demands.</exception>
    public Task RunAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(name, out var found)
            ? found.RunAsync(cancellationToken)
            : throw new ArgumentException($"The suite has no case '{name}': take the names from {nameof(Cases)}.", nameof(name));
    }

    /// <summary>Adds a case: its method's name is the sentence.</summary>
    private protected void Add(Func<CancellationToken, Task> run, [CallerArgumentExpression(nameof(run))] string name = "")
    {
        var added = new ContractCase(name, run);
        _byName.Add(name, added);
        _cases.Add(added);
    }
}

/// <summary>The suite of one port.</summary>
/// <typeparam name="TPort">The port.</typeparam>
public abstract class ContractSuite<TPort> : ContractSuite
    where TPort : class
{
    private readonly Func<ContractHost<TPort>> _newHost;

    private protected ContractSuite(Func<ContractHost<TPort>> newHost)
    {
        ArgumentNullException.ThrowIfNull(newHost);
        _newHost = newHost;
    }

    /// <summary>Adds a case that works on an empty host of its own.</summary>
    private protected void Add(Func<ContractHost<TPort>, CancellationToken, Task> run, [CallerArgumentExpression(nameof(run))] string name = "") => Add(
        async cancellationToken =>
        {
            var host = _newHost();
            await using (host.ConfigureAwait(false))
            {
                await run(host, cancellationToken).ConfigureAwait(false);
            }
        },
        name);
}
