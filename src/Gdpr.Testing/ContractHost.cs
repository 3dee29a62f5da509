namespace Gdpr.Testing;

/// <summary>Something kept somewhere, empty at first, on which several handles can be opened: what one case of a contract works on.</summary>
/// <typeparam name="TPort">The port, such as <see cref="Journals.IJournalStore"/>.</typeparam>
/// <remarks>A durable implementation opens a new handle each time, as a second process or a restart would. One that lives in memory gives the same
/// instance each time: <see cref="ContractHost.Of{TPort}"/>.</remarks>
public sealed class ContractHost<TPort> : IAsyncDisposable
    where TPort : class
{
    private readonly Func<CancellationToken, ValueTask<TPort>> _open;
    private readonly Func<ValueTask> _close;

    /// <summary>Makes a host.</summary>
    /// <param name="open">Opens another handle on the same content.</param>
    /// <param name="close">Closes every handle and removes the content; called once, after the case.</param>
    public ContractHost(Func<CancellationToken, ValueTask<TPort>> open, Func<ValueTask>? close = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        _open = open;
        _close = close ?? (static () => ValueTask.CompletedTask);
    }

    /// <summary>Opens another handle on the same content.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<TPort> OpenAsync(CancellationToken cancellationToken) => _open(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _close();
}

/// <summary>Makes hosts.</summary>
public static class ContractHost
{
    /// <summary>A host of one instance, which is every handle at once.</summary>
    /// <param name="instance">The instance, empty.</param>
    /// <typeparam name="TPort">The port.</typeparam>
    public static ContractHost<TPort> Of<TPort>(TPort instance)
        where TPort : class => new(_ => ValueTask.FromResult(instance));
}
