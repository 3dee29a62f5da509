using System.Collections.Concurrent;
using Gdpr.Policies;

namespace Gdpr.Processing;

/// <summary>Keeps what was worked out of uses, until the policy or the client's instruction changes.</summary>
internal sealed class UsePreparer(Func<GdprPolicy> policy, ClientRegister clients)
{
    private const int Most = 4096;

    private volatile Kept? _kept;

    /// <summary>The program of the policy in force.</summary>
    public ProcessingProgram Program => Current().Program;

    /// <summary>The use, prepared.</summary>
    public async ValueTask<ProcessingUse> PrepareAsync(ProcessingRequest request, CancellationToken cancellationToken)
    {
        var kept = Current();
        var client = request.Subject.Controller is { Length: > 0 } controller && !kept.Program.Policy.Controllers.ContainsKey(controller)
            ? await clients.FindAsync(controller, cancellationToken).ConfigureAwait(false) : null;
        var key = new UseKey(
            request.Subject.Controller, request.Purpose, request.Activity, string.Join(' ', request.Data), request.Actor?.Role, request.Actor is { Id.Length: > 0 },
            request.Actor?.IsService == true, request.Actor?.Organisation, request.Automation, client?.Version ?? 0);
        if (kept.Uses.TryGetValue(key, out var known))
        {
            return known;
        }

        if (kept.Uses.Count >= Most)
        {
            kept.Uses.Clear();
        }

        return kept.Uses[key] = kept.Program.Prepare(request, client);
    }

    /// <summary>The use as far as the policy alone can tell.</summary>
    public ProcessingUse PrepareWithoutClient(ProcessingRequest request) => Program.Prepare(request);

    private Kept Current()
    {
        var current = policy();
        return _kept is { } kept && kept.Program.Policy == current ? kept : _kept = new Kept(ProcessingProgram.Compile(current), new());
    }

    private sealed record Kept(ProcessingProgram Program, ConcurrentDictionary<UseKey, ProcessingUse> Uses);

    private readonly record struct UseKey(
        string? Controller, string Purpose, string? Activity, string Data, string? Role, bool HasId, bool IsService, string? Organisation, ProcessingAutomation Automation,
        long Client);
}
