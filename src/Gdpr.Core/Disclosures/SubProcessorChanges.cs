using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Changes of sub-processors: announced, and used only when the time to object has ended without an objection (Art. 28(2), 28(4)).</summary>
public sealed class SubProcessorChanges
{
    private readonly DecidingPolicies _policies;
    private readonly DisclosureOptions _options;
    private readonly SubProcessorRegister _register;
    private readonly ProcessorClients _clients;
    private readonly SubjectCommands _commands;
    private readonly Journal _journal;
    private readonly JournalFolds _folds;
    private readonly HumanTasks _tasks;
    private readonly IClock _clock;

    internal SubProcessorChanges(
        DecidingPolicies policies, DisclosureOptions options, SubProcessorRegister register, ProcessorClients clients, SubjectCommands commands, Journal journal,
        JournalFolds folds, HumanTasks tasks, IClock clock)
    {
        _policies = policies;
        _options = options;
        _register = register;
        _clients = clients;
        _commands = commands;
        _journal = journal;
        _folds = folds;
        _tasks = tasks;
        _clock = clock;
    }

    /// <summary>Records a notice. Until the time to object has ended, or the controller has accepted, nothing is disclosed to the sub-processor; somebody is asked to
    /// look at it before. Of a client whose authorisation is specific, nothing is disclosed without its word, however long it is silent.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="SubProcessorException">The policy has no such recipient or agreement, or nobody is registered as the client, or the notice is of the future, or from before the
    /// regulation applied.</exception>
    public async Task<SubProcessorChange> AnnounceAsync(SubProcessorNotice notice, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(notice);
        var (policy, now) = (_policies.Current, _clock.GetCurrentInstant());
        if (!policy.Recipients.ContainsKey(notice.Recipient) || !policy.Agreements.ContainsKey(notice.Agreement))
        {
            throw new SubProcessorException(
                $"The policy has no {ClearText.NameOf(notice.Recipient, "recipient")} with {ClearText.NameOf(notice.Agreement, "an agreement")}: "
                + "declare both, and announce then.");
        }

        var givenAt = notice.GivenAt ?? now;
        if (givenAt > now)
        {
            throw new SubProcessorException("A notice is recorded when it has been given.");
        }

        var client = notice.Client is { } named ? await FindClientAsync(named, cancellationToken).ConfigureAwait(false) : null;
        var zone = client is null ? PolicyControllers.ZoneOf(policy) : DateTimeZoneProviders.Tzdb[client.Zone];
        var rule = DeadlineRegistry.Sweden.Find("D-28.2", LocalDays.DateOf(givenAt, zone))
            ?? throw new SubProcessorException("The notice is from before the regulation applied: state when it was given under it.");
        var objectBy = StatutoryDeadline.Compute(new StatutoryDeadlineRequest
        {
            Received = givenAt,
            Zone = zone,
            Period = notice.Window ?? client?.SubProcessors?.Window ?? rule.Limits[0].Period!.Value,
            MovesToWorkingDay = rule.MovesToWorkingDay,
        }).LegalLatest.End;
        var change = new SubProcessorChange(_commands.NewId(), notice.Recipient, notice.Agreement, givenAt, objectBy) { Client = client?.Id };
        await _journal.RecordAsync(_register.StreamOf(change.Id), 0, SubProcessorRegister.EntryOf(change), cancellationToken).ConfigureAwait(false);
        await _tasks.OpenAsync(
            new HumanTask(TaskOf(change.Id), "review-sub-processor", _options.Owner, objectBy, now)
            {
                Controller = change.Client ?? "",
                About = change.Id,
                Question = change.Client is null
                    ? $"'{change.Recipient}' is to be engaged under '{change.Agreement}': accept it, or object, before the time to do so has ended."
                    : $"The client was told that '{change.Recipient}' is to be engaged under '{change.Agreement}': record whether it accepts or objects, before the "
                        + "time to do so has ended.",
            },
            CancellationToken.None).ConfigureAwait(false);
        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return change;
    }

    /// <summary>Records that the controller, or the client that was told, does not object: the sub-processor may be used from now on.</summary>
    /// <param name="id">The change's id.</param>
    /// <param name="by">The function that decided: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="SubProcessorException">There is no such change, or it was decided otherwise.</exception>
    public Task<SubProcessorChange> AcceptAsync(string id, string by, CancellationToken cancellationToken = default) =>
        DecideAsync(id, SubProcessorDecision.Accepted, by, null, cancellationToken);

    /// <summary>Records that the controller, or the client that was told, objects: nothing is disclosed to the sub-processor, or to whoever it engages.</summary>
    /// <param name="id">The change's id.</param>
    /// <param name="reason">Why: in the journal in the clear, so no personal data.</param>
    /// <param name="by">The function that decided: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="SubProcessorException">There is no such change, or it was decided otherwise.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<SubProcessorChange> ObjectAsync(string id, string reason, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        _journal.Texts.CheckText(reason, "the reason of the objection");
        return DecideAsync(id, SubProcessorDecision.Refused, by, reason, cancellationToken);
    }

    /// <summary>All changes, the latest notice first.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<SubProcessorChange>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var changes = new List<SubProcessorChange>();
        await foreach (var change in _register.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            changes.Add(change);
        }

        return [.. changes.OrderByDescending(change => change.GivenAt).ThenBy(change => change.Id, StringComparer.Ordinal)];
    }

    /// <summary>What counts of the notices about each sub-processor that a client was told of; of those that the organisation itself may object to, for no
    /// client.</summary>
    internal async ValueTask<IReadOnlyDictionary<string, SubProcessorChange>> ReadLastAsync(string? client, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).Where(change => change.Client == client).GroupBy(change => change.Recipient, StringComparer.Ordinal)
            .ToDictionary(changes => changes.Key, changes => SubProcessorJudge.LastOf([.. changes]), StringComparer.Ordinal);

    private async ValueTask<ProcessorClient> FindClientAsync(string id, CancellationToken cancellationToken) =>
        await _clients.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new SubProcessorException(
            $"There is no {ClearText.NameOf(id, "client")} to tell: register it, or leave the client out where the organisation itself may object.");

    private async Task<SubProcessorChange> DecideAsync(string id, SubProcessorDecision decision, string by, string? reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        var step = new SubProcessorStep(id, decision, ActingFunction.Check(by, nameof(by)), reason);
        while (true)
        {
            await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            var change = await _register.FindAsync(step.Id, cancellationToken).ConfigureAwait(false);
            if (change is null || (change.Decision is { } decided && decided != step.Decision))
            {
                throw new SubProcessorException($"There is no {ClearText.NameOf(step.Id, "change")} that waits for a decision: list the changes, and name one.");
            }

            if (change.Decision is not null)
            {
                return change;
            }

            try
            {
                var content = JsonSerializer.Serialize(step, SubProcessorJson.Default.SubProcessorStep);
                await _journal.RecordAsync(
                    _register.StreamOf(step.Id), change.Version,
                    new NewJournalEntry(SubProcessorRegister.Decided, _clock.GetCurrentInstant(), content) { Controller = change.Client },
                    cancellationToken).ConfigureAwait(false);
            }
            catch (JournalConflictException)
            {
                // Somebody else has just decided: the next turn tells how.
                continue;
            }

            await CompleteTaskAsync(step).ConfigureAwait(false);
        }
    }

    private async ValueTask CompleteTaskAsync(SubProcessorStep step)
    {
        try
        {
            await _tasks.CompleteAsync(TaskOf(step.Id), step.Decision == SubProcessorDecision.Accepted ? "accepted" : "refused", step.By, CancellationToken.None).ConfigureAwait(false);
        }
        catch (UnknownTaskException)
        {
            // Somebody has ended the task in other words: that stands.
        }
    }

    private static string TaskOf(string id) => $"sub-processor-{id}";
}

/// <summary>A change of sub-processors cannot be recorded as asked (<c>E-DISC-03</c>).</summary>
public sealed class SubProcessorException : GdprException
{
    internal SubProcessorException(string message)
        : base("E-DISC-03", message)
    {
    }
}
