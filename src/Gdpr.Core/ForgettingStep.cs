using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using Gdpr.Time;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr;

/// <summary>Forgets whose key it is, of people of whom nothing is left (Art. 5(1)(e)): no entry of the journal but what it repeats, nothing that stands, and no
/// record with any source.</summary>
/// <remarks>Everybody is looked at twice. The first look says in the journal that the key is needed no more; whoever deals with the person from then on takes that
/// back. The second, a day later at the soonest, and when the last backup from before the first has gone, forgets if it still finds it said last: so no act is lost
/// that was on its way, and no backup brings anything back that only the key could tell whose it is.</remarks>
internal sealed class ForgettingStep(
    SweepParts parts, DestructionStops stops, SubjectRegister subjects, SubjectDirectory directory, KeyNeeds needs, Suppression suppression, GdprPolicies policies,
    IReadOnlySet<string> repeating, IOptions<JournalOptions> options) : ITimedStep
{
    private const string Item = "forgetting";
    private const string Severing = "forgetting-severing";
    private const int PeoplePerRun = 1000;

    // Whatever somebody has begun to record of a person by then is recorded.
    private static readonly Duration BetweenLooks = Duration.FromDays(1);

    /// <summary>How far the clocks of hosts may be apart.</summary>
    private static readonly Duration Apart = Duration.FromMinutes(1);

    private static readonly Duration LeaseLife = Duration.FromMinutes(10);

    private readonly Lease _lease = new(Item, Item, parts.Writer.NewId());
    private Round? _round;
    private int _isRunning;

    public string Name => Item;

    private Duration Every => Duration.FromTimeSpan(options.Value.ExpireEvery);

    public ValueTask RunAsync(Instant now, CancellationToken cancellationToken) => RunAsync(now, static () => false, cancellationToken);

    public async ValueTask RunAsync(Instant now, Func<bool> isSpent, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
        {
            return;
        }

        try
        {
            await RunAloneAsync(now, isSpent, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private async ValueTask RunAloneAsync(Instant now, Func<bool> isSpent, CancellationToken cancellationToken)
    {
        if (await ReadDueAsync(now, cancellationToken).ConfigureAwait(false) is not { } after)
        {
            return;
        }

        if (!await parts.States.TryTakeLeaseAsync(_lease, parts.Clock.GetCurrentInstant(), LeaseLife, cancellationToken).ConfigureAwait(false))
        {
            // Another process is at it.
            _round = null;
            return;
        }

        await SeverRestAsync(cancellationToken).ConfigureAwait(false);
        await parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        _round ??= await BeginAsync(after, now, cancellationToken).ConfigureAwait(false);
        if (_round is not { } round)
        {
            // Nothing has ever expired: everything that has been said of anybody is still there.
            await EndAsync(now + Every, "").ConfigureAwait(false);
        }
        else if (await round.People.ReadOnAsync(isSpent, cancellationToken).ConfigureAwait(false))
        {
            await LookAsync(round, now, isSpent, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask LookAsync(Round round, Instant now, Func<bool> isSpent, CancellationToken cancellationToken)
    {
        var people = round.People;
        if (people.TryNext(out _))
        {
            await RefuseWhereStoppedAsync(cancellationToken).ConfigureAwait(false);
            RefuseSetBack(people.LastRecorded);
        }

        var (common, unknown) = (await needs.ReadCommonAsync(cancellationToken).ConfigureAwait(false), new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var (looked, isDown) = (0, false); looked < PeoplePerRun && !isDown && !(looked > 0 && isSpent()) && people.TryNext(out var subject); looked++)
        {
            var state = await subjects.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
            var need = people.IsQuiet(subject) ? await needs.AskAsync(subject, state, common, now, cancellationToken).ConfigureAwait(false) : KeyNeed.Needed;
            if (need.Why is { } why)
            {
                unknown[why] = unknown.GetValueOrDefault(why) + 1;
            }

            if (need.Kind == KeyNeedKind.None)
            {
                await LetGoAsync(subject, state, round, now, cancellationToken).ConfigureAwait(false);
            }
            else if (state.LeavingSince is not null)
            {
                // What is needed now, or may be, may be in the backups of today: their time begins when it is needed no more.
                await directory.StayAsync(subject, state, cancellationToken).ConfigureAwait(false);
            }

            // A source that is down is not asked for one person after another: the others have their turn in the next runs, and these in a round soon.
            isDown = need.Kind == KeyNeedKind.NotReached;
            round.WasDown |= isDown;
            people.Pass();
        }

        if (people.TryNext(out _))
        {
            await PlanAsync(now, people.After).ConfigureAwait(false);
        }
        else if (people.IsFull)
        {
            await EndAsync(now, people.After).ConfigureAwait(false);
        }
        else
        {
            await EndAsync(now + (round.WasDown ? BetweenLooks : Every), "").ConfigureAwait(false);
        }

        if (unknown.Count > 0)
        {
            throw new PeopleNotForgottenException(string.Join("; ", unknown.Select(pair => $"of {pair.Value} because {pair.Key}")));
        }
    }

    private async ValueTask LetGoAsync(
        DataSubject subject, SubjectState state, Round round, Instant now, CancellationToken cancellationToken)
    {
        if (state.LeavingSince is not { } since)
        {
            await directory.LeaveAsync(subject, state, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (since + BetweenLooks <= round.BegunAt && AreBackupsGone(subject, since, now)
            && await IsStillNeedlessAsync(subject, since, round, now, cancellationToken).ConfigureAwait(false))
        {
            await RefuseWhereStoppedAsync(cancellationToken).ConfigureAwait(false);
            if (!AreBackupsGone(subject, since, now))
            {
                // By a version that another node has decided under in the meantime.
                return;
            }

            await SuppressAsync(subject, state, now, cancellationToken).ConfigureAwait(false);

            // Remembered first: after a crash in between the vault is told all the same.
            var key = JsonSerializer.Serialize(new ForgottenKey(subject.Controller, subject.Key.ToString()), ForgettingJson.Default.ForgottenKey);
            var item = new OpenItem($"{Severing}/{subject}", Severing, now, key);
            await parts.States.PutItemAsync(item, cancellationToken).ConfigureAwait(false);
            await directory.ForgetAsync(subject, state, CancellationToken.None).ConfigureAwait(false);
            await parts.States.RemoveItemAsync(item.Id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Asks everything once more, of the journal alone and not of states: nobody is forgotten whom somebody has named while the sources were asked.</summary>
    private async ValueTask<bool> IsStillNeedlessAsync(DataSubject subject, Instant since, Round round, Instant now, CancellationToken cancellationToken)
    {
        var state = await subjects.ReadJournalledAsync(subject, cancellationToken).ConfigureAwait(false);
        var common = await needs.ReadCommonAsync(cancellationToken).ConfigureAwait(false);
        return state.LeavingSince == since && (await needs.AskAsync(subject, state, common, now, cancellationToken).ConfigureAwait(false)).Kind == KeyNeedKind.None
            && await round.People.ReadOnAsync(static () => false, cancellationToken).ConfigureAwait(false) && round.People.IsQuiet(subject);
    }

    /// <summary>An objection to direct marketing outlives the person's key as that of whoever has one of the addresses (Art. 21(3)): it may have named none.</summary>
    private async ValueTask SuppressAsync(DataSubject subject, SubjectState state, Instant now, CancellationToken cancellationToken)
    {
        foreach (var objection in state.Objections.Where(one => one is { IsMarketing: true, Until: null } && one.Stands(now)))
        {
            var identifiers = await parts.Vault.ReadIdentifiersAsync(subject.Controller, subject.Key, cancellationToken).ConfigureAwait(false);
            await suppression.AddAsync(
                subject.Controller, identifiers, objection.Channel ?? "", objection.Purposes, "objection", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has the vault forget whom the journal has forgotten, where a crash came in between.</summary>
    private async ValueTask SeverRestAsync(CancellationToken cancellationToken)
    {
        await foreach (var item in parts.States.ReadDueItemsAsync(Severing, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            var key = JsonSerializer.Deserialize(item.Content, ForgettingJson.Default.ForgottenKey)!;
            var subject = new DataSubject(key.Controller, new SubjectKey(key.Key));
            await RefuseWhereStoppedAsync(cancellationToken).ConfigureAwait(false);
            if ((await subjects.ReadJournalledAsync(subject, cancellationToken).ConfigureAwait(false)).IsForgotten)
            {
                await directory.SeverAsync(subject, cancellationToken).ConfigureAwait(false);
            }

            await parts.States.RemoveItemAsync(item.Id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Whether every backup has gone that may hold what was there at an instant, of any system of any version of the policy.</summary>
    private bool AreBackupsGone(DataSubject subject, Instant since, Instant now)
    {
        var zone = PolicyControllers.ZoneOf(policies.Current, subject.Controller);
        var (date, today) = (LocalDays.DateOf(since, zone), LocalDays.TodayAt(now, zone));
        return !policies.HasUnreadable && policies.Earlier.Select(earlier => earlier.Policy).Append(policies.Current).SelectMany(policy => policy.Systems.Values)
            .All(system => system.Backup?.Keep is not { } keep || keep.EndOf(date) < today);
    }

    private async ValueTask RefuseWhereStoppedAsync(CancellationToken cancellationToken)
    {
        if (await stops.FindAsync(cancellationToken).ConfigureAwait(false) is { } why)
        {
            throw new PeopleNotForgottenException($"of everybody because destruction is stopped: {why}");
        }
    }

    /// <summary>No time that counts from a clock that was set back is one.</summary>
    private void RefuseSetBack(Instant lastRecorded)
    {
        if (parts.Clock.GetCurrentInstant() + Apart < lastRecorded)
        {
            throw new PeopleNotForgottenException("of everybody because the clock is behind what the journal has recorded: set it right");
        }
    }

    private async ValueTask<Round?> BeginAsync(string after, Instant now, CancellationToken cancellationToken) =>
        (await parts.Journal.ReadBaseAsync(cancellationToken).ConfigureAwait(false)).Checkpoint is { } expired
            ? new Round(new QuietPeople(parts.Journal, repeating, expired.Position, after), now) : null;

    private async ValueTask EndAsync(Instant next, string after)
    {
        await PlanAsync(next, after).ConfigureAwait(false);
        _round = null;
        await parts.States.ReleaseLeaseAsync(_lease, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>The key up to which a round has come that goes on; empty for a new one; <see langword="null"/> where none is due.</summary>
    private async ValueTask<string?> ReadDueAsync(Instant now, CancellationToken cancellationToken)
    {
        await foreach (var item in parts.States.ReadDueItemsAsync(Item, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            // One that lies further ahead than was ever planned was put there under another clock: it is due.
            return item.Due > now && item.Due <= now + Every ? null
                : JsonSerializer.Deserialize(item.Content, ForgettingJson.Default.ForgettingRound)!.After;
        }

        return "";
    }

    private ValueTask PlanAsync(Instant due, string after) => parts.States.PutItemAsync(
        new OpenItem(Item, Item, due, JsonSerializer.Serialize(new ForgettingRound(after), ForgettingJson.Default.ForgettingRound)), CancellationToken.None);

    private sealed class Round(QuietPeople people, Instant begunAt)
    {
        public QuietPeople People { get; } = people;

        public Instant BegunAt { get; } = begunAt;

        /// <summary>Whether somebody could not be asked about, because a source was down.</summary>
        public bool WasDown { get; set; }
    }
}

/// <summary>Of some people nobody can tell at present whether the link between them and their keys is still needed (<c>E-SUBJ-02</c>): it is kept, and they are looked at
/// again.</summary>
public sealed class PeopleNotForgottenException : GdprException
{
    internal PeopleNotForgottenException(string why)
        : base("E-SUBJ-02", $"Nobody can tell whether people may be forgotten, so they are not, and are looked at again: {why}.")
    {
    }
}

/// <summary>How far a round has come.</summary>
internal sealed record ForgettingRound(string After);

/// <summary>A key that the vault is to sever.</summary>
internal sealed record ForgottenKey(string Controller, string Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ForgettingRound))]
[JsonSerializable(typeof(ForgottenKey))]
internal sealed partial class ForgettingJson : JsonSerializerContext;
