namespace Gdpr.Testing;

/// <summary>One thing that a contract demands, as something to run.</summary>
public sealed class ContractCase
{
    private readonly Func<CancellationToken, Task> _run;

    internal ContractCase(string name, Func<CancellationToken, Task> run)
    {
        Name = name;
        _run = run;
    }

    /// <summary>What is demanded, as a sentence; unique in its suite.</summary>
    public string Name { get; }

    /// <summary>Runs the case, on content of its own.</summary>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ContractException">What was run does something else: the message says what was expected.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => _run(cancellationToken);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
