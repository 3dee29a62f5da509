using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Sees to it that whatever waits to be done for a purpose is stopped when the purpose stops for a person: what is owed follows from the journal, and is
/// owed until everybody has done it.</summary>
internal sealed class StoppedWork(
    Func<GdprPolicy> policy, Journal journal, JournalFolds folds, SubjectRegister subjects, IStateStore states,
    Func<IReadOnlyList<IScheduledWork>> allWorks, Func<IReadOnlyList<ISubjectEventSink>> allSinks, ConsentOptions options, IClock clock) : ITimedStep
{
    internal const string Kind = "stopped-work";
    internal const string Stopped = "work-stopped";
    internal const string Prefix = "work/";

    // Asked for when they are needed: a host's work may itself ask for what is put together here.
    private readonly Lazy<IReadOnlyList<IScheduledWork>> _works = new(allWorks);
    private readonly Lazy<IReadOnlyList<ISubjectEventSink>> _sinks = new(allSinks);

    public string Name => "stopped-work";

    /// <summary>Whether there is anybody to tell.</summary>
    public bool HasParticipants => _works.Value.Count + _sinks.Value.Count > 0;

    /// <summary>Who has to be told, by name.</summary>
    public IEnumerable<string> Names => [.. _works.Value.Select(work => work.Name), .. _sinks.Value.Select(sink => sink.Name)];

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var item in states.ReadDueItemsAsync(Kind, now, cancellationToken).ConfigureAwait(false))
        {
            await StopAsync(item, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops what is owed for one person, now.</summary>
    /// <returns>Who has not done it yet, by name.</returns>
    public async ValueTask<IReadOnlyList<string>> StopAsync(DataSubject subject, CancellationToken cancellationToken)
    {
        if (!HasParticipants)
        {
            return [];
        }

        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var left = new List<string>();
        await foreach (var item in states.ReadDueItemsAsync(Kind, Instant.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            if (Read(item) is var owed && owed.Controller == subject.Controller && owed.Subject == subject.Key.ToString())
            {
                left.AddRange(await StopAsync(item, cancellationToken).ConfigureAwait(false));
            }
        }

        return [.. left.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What is owed still.</summary>
    public async ValueTask<IReadOnlyList<OutstandingStop>> ReadAsync(CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var outstanding = new List<OutstandingStop>();
        await foreach (var item in states.ReadDueItemsAsync(Kind, Instant.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            var owed = Read(item);
            outstanding.Add(new OutstandingStop(
                new DataSubject(owed.Controller, new SubjectKey(owed.Subject)), PurposesOf(owed), [.. Names.Except(owed.Done, StringComparer.Ordinal)],
                owed.OccurredAt, owed.Failures));
        }

        return outstanding;
    }

    internal static OwedStop Read(OpenItem item) => JsonSerializer.Deserialize(item.Content, StopJson.Default.OwedStop)!;

    internal static OpenItem ItemOf(OwedStop owed, Instant due) => new(
        $"{Kind}/{owed.Controller}/{owed.Subject}/{owed.Version}", Kind, due, JsonSerializer.Serialize(owed, StopJson.Default.OwedStop));

    private async ValueTask<IReadOnlyList<string>> StopAsync(OpenItem item, CancellationToken cancellationToken)
    {
        var owed = Read(item);
        var subject = new DataSubject(owed.Controller, new SubjectKey(owed.Subject));
        var purposes = await StandingAsync(owed, subject, cancellationToken).ConfigureAwait(false);
        var (done, failed) = (new List<string>(owed.Done), new List<string>());
        foreach (var (name, stop) in Stops(subject, owed))
        {
            if (done.Contains(name, StringComparer.Ordinal))
            {
                continue;
            }

            try
            {
                foreach (var purpose in purposes)
                {
                    await stop(purpose, cancellationToken).ConfigureAwait(false);
                }

                done.Add(name);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The others are told all the same. It stays owed: it is listed, and tried again.
                failed.Add(name);
            }
        }

        if (failed.Count > 0)
        {
            var again = owed with { Done = done, Failures = owed.Failures + 1 };
            await states.PutItemAsync(ItemOf(again, clock.GetCurrentInstant() + options.RetryAfter), CancellationToken.None).ConfigureAwait(false);
            return failed;
        }

        var data = JsonSerializer.Serialize(new StopDone(owed.Version, purposes, done), StopJson.Default.StopDone);
        await journal.RecordAsync(
            $"{Prefix}{subject.Controller}/{subject.Key}", JournalStream.AnyVersion,
            new NewJournalEntry(Stopped, clock.GetCurrentInstant(), data) { Controller = subject.Controller, Subject = subject.Key }, CancellationToken.None)
            .ConfigureAwait(false);
        await folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return [];
    }

    /// <summary>The purposes that still are stopped: what the person has consented to anew since is not cancelled afterwards.</summary>
    private async ValueTask<IReadOnlyList<string>> StandingAsync(OwedStop owed, DataSubject subject, CancellationToken cancellationToken)
    {
        var now = clock.GetCurrentInstant();
        var state = await subjects.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        var purposes = owed.Purposes.Count > 0 || owed.IsMarketing ? PurposesOf(owed)
            : policy().Activities.Values.Select(activity => activity.Purpose).Distinct(StringComparer.Ordinal);
        return [.. purposes.Where(purpose => (!owed.IsEnding || HasEnded(state, owed.Controller, purpose))
            && (state.ConsentTo(purpose) is not { } consent || consent.Version < owed.Version || !consent.IsInForce(now)))];
    }

    /// <summary>The purposes that it names; where it names none and is to direct marketing, all of that.</summary>
    private IReadOnlyList<string> PurposesOf(OwedStop owed) => owed.Purposes.Count > 0 || !owed.IsMarketing ? owed.Purposes
        : [.. MarketingPurposes.Of(policy()).Except(owed.Except ?? [], StringComparer.Ordinal)];

    /// <summary>Whether a purpose has ended for a person in every data set that the controller's activities use for it: what goes on in one may need the work.</summary>
    private bool HasEnded(SubjectState state, string controller, string purpose)
    {
        var ended = state.Endings.Where(ending => ending.Purposes.Count == 0 || ending.Purposes.Contains(purpose, StringComparer.Ordinal)).ToArray();
        return ended.Any(ending => ending.DataSets.Count == 0)
            || policy().Activities.Values.Where(activity => activity.Purpose == purpose && (activity.Controller is null || activity.Controller == controller))
                .SelectMany(activity => activity.Data)
                .All(data => DataPath.TryParse(data, out var path) && ended.Any(ending => ending.DataSets.Contains(path.DataSetPath, StringComparer.Ordinal)));
    }

    private IEnumerable<(string Name, Func<string, CancellationToken, ValueTask> Stop)> Stops(DataSubject subject, OwedStop owed) =>
    [
        .. _works.Value.Select(work => (work.Name, (Func<string, CancellationToken, ValueTask>)((purpose, token) => work.CancelAsync(subject, purpose, token)))),
        .. _sinks.Value.Select(sink => (
            sink.Name, (Func<string, CancellationToken, ValueTask>)((purpose, token) => sink.PurposeStoppedAsync(subject, purpose, owed.OccurredAt, token)))),
    ];
}

/// <summary>Notes what is owed when a purpose stops for a person, and that it has been done.</summary>
internal sealed class StopFold(Func<StoppedWork> stops) : IJournalFold
{
    public IReadOnlyList<string> States => [];

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (entry.Content is not { Controller: { } controller, Subject: { } key } || !stops().HasParticipants)
        {
            return false;
        }

        if (entry.Content.Type == StoppedWork.Stopped)
        {
            var done = JsonSerializer.Deserialize(entry.Content.Data, StopJson.Default.StopDone)!;
            var item = StoppedWork.ItemOf(new OwedStop(controller, key.ToString(), [], done.Version, default), default);
            await states.RemoveItemAsync(item.Id, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (!SubjectEntries.IsOf(entry.Stream) || PurposesStopped(entry.Content) is not { } purposes)
        {
            return false;
        }

        var objection = entry.Content.Type == SubjectEntries.ObjectionRaised
            ? JsonSerializer.Deserialize(entry.Content.Data, SubjectJson.Default.ObjectionData) : null;
        var owed = new OwedStop(controller, key.ToString(), purposes, entry.Version, entry.Content.OccurredAt)
        {
            IsEnding = entry.Content.Type is SubjectEntries.PurposeEnded or SubjectEntries.ErasureGranted,
            IsMarketing = objection?.IsMarketing == true,
            Except = objection?.Except,
        };
        await states.PutItemAsync(StoppedWork.ItemOf(owed, entry.RecordedAt), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The purposes that an entry stops, none for all; <see langword="null"/> where it stops nothing.</summary>
    private static IReadOnlyList<string>? PurposesStopped(NewJournalEntry content)
    {
        switch (content.Type)
        {
            case SubjectEntries.ConsentRefused or SubjectEntries.ConsentWithdrawn or SubjectEntries.ConsentExpired or SubjectEntries.ConsentSuperseded:
                var consent = JsonSerializer.Deserialize(content.Data, SubjectJson.Default.ConsentData)!;
                return consent.Field is null ? [consent.Purpose] : null;
            case SubjectEntries.ObjectionRaised:
                return JsonSerializer.Deserialize(content.Data, SubjectJson.Default.ObjectionData)!.Purposes;
            case SubjectEntries.PurposeEnded or SubjectEntries.ErasureGranted:
                return JsonSerializer.Deserialize(content.Data, SubjectJson.Default.EndingData)!.Purposes;
            default:
                return null;
        }
    }
}

/// <summary>Work that is to be stopped for a person and is not yet.</summary>
/// <param name="Subject">The person.</param>
/// <param name="Purposes">The purposes; none for all.</param>
/// <param name="Waiting">Who has not done it, by name.</param>
/// <param name="Since">When the purposes stopped.</param>
/// <param name="Failures">How often it was tried and failed.</param>
public sealed record OutstandingStop(DataSubject Subject, IReadOnlyList<string> Purposes, IReadOnlyList<string> Waiting, Instant Since, int Failures);

/// <summary>What is owed: an entry of a person's stream has stopped purposes.</summary>
internal sealed record OwedStop(string Controller, string Subject, IReadOnlyList<string> Purposes, long Version, Instant OccurredAt)
{
    public IReadOnlyList<string> Done { get; init; } = [];

    /// <summary>Whether it ended the purposes, perhaps in some data sets only.</summary>
    public bool IsEnding { get; init; }

    /// <summary>Whether it was an objection to direct marketing: to all of it, where it names no purposes.</summary>
    public bool IsMarketing { get; init; }

    /// <summary>Of one that names no purposes, those that it leaves out.</summary>
    public IReadOnlyList<string>? Except { get; init; }

    public int Failures { get; init; }
}

/// <summary>That what an entry of a person's stream owed has been done, and by whom.</summary>
internal sealed record StopDone(long Version, IReadOnlyList<string> Purposes, IReadOnlyList<string> By);

/// <summary>The generated code that reads and writes what is owed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantJson)])]
[JsonSerializable(typeof(OwedStop))]
[JsonSerializable(typeof(StopDone))]
internal sealed partial class StopJson : JsonSerializerContext;
