using System.Collections.Concurrent;
using Gdpr.Policies;
using Gdpr.Retention;

namespace Gdpr.Processing;

/// <summary>Keeps what was worked out of uses, until the policy, the client's instruction or an assessment changes.</summary>
internal sealed class UsePreparer(
    Func<RetentionSchedule> schedule, Func<IReadOnlyList<SupersededPolicy>> earlier, ClientRegister clients, CompatibilityRegister compatibility)
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
        var key = UseKey.Of(request, client);
        var use = kept.Find(key) ?? kept.Keep(key, kept.Program.Prepare(request, client));
        if (use.Plan.Origins.Count == 0)
        {
            return use;
        }

        var assessed = new List<CompatibilityState>();
        foreach (var origin in use.Plan.Origins)
        {
            if (await compatibility.FindAsync(CompatibilityRegister.KeyOf((use.Controller, origin, use.Purpose)), cancellationToken).ConfigureAwait(false) is { } state)
            {
                assessed.Add(state);
            }
        }

        key = key with { Assessed = string.Join(' ', assessed.Select(state => FormattableString.Invariant($"{state.From}@{state.Version}"))) };
        return assessed.Count == 0 ? use : kept.Find(key) ?? kept.Keep(key, kept.Program.Prepare(request, client, assessed));
    }

    /// <summary>The use as far as the policy alone can tell.</summary>
    public ProcessingUse PrepareFromPolicy(ProcessingRequest request) => Program.Prepare(request);

    private Kept Current()
    {
        var (policy, before) = (schedule().Policy, earlier());
        return _kept is { } kept && ReferenceEquals(kept.Program.Policy, policy) && ReferenceEquals(kept.Earlier, before)
            ? kept : _kept = new Kept(ProcessingProgram.Compile(policy, before), before);
    }

    private sealed class Kept(ProcessingProgram program, IReadOnlyList<SupersededPolicy> earlier)
    {
        private readonly ConcurrentDictionary<UseKey, ProcessingUse> _uses = new();

        public ProcessingProgram Program { get; } = program;

        public IReadOnlyList<SupersededPolicy> Earlier { get; } = earlier;

        public ProcessingUse? Find(UseKey key) => _uses.GetValueOrDefault(key);

        public ProcessingUse Keep(UseKey key, ProcessingUse use)
        {
            // Bounded: what callers make up must not fill the memory.
            if (_uses.Count >= Most)
            {
                _uses.Clear();
            }

            return _uses[key] = use;
        }
    }

    private readonly record struct UseKey(
        string? Controller, string Purpose, string? Activity, string Data, string? Role, bool HasId, bool IsService, string? Organisation,
        ProcessingAutomation Automation, string? CollectedFor, NodaTime.Instant? CollectedAt, long Client, string Assessed)
    {
        public static UseKey Of(ProcessingRequest request, ProcessorClient? client) => new(
            request.Subject.Controller, request.Purpose, request.Activity, string.Join('\n', request.Data), request.Actor?.Role,
            !string.IsNullOrWhiteSpace(request.Actor?.Id), request.Actor?.IsService == true, request.Actor?.Organisation, request.Automation, request.CollectedFor,
            request.CollectedAt, client?.Version ?? 0, "");
    }
}
