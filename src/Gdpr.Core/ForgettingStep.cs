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
    SweepParts parts, SubjectRegister subjects, SubjectDirectory directory, KeyNeeds needs, Suppression suppression, GdprPolicies policies,
    IReadOnlySet<string> repeating, IOptions<JournalOptions> options) : ITimedStep
{
    private const string Item = "forgetting";
    private const string Severing = "forgetting-severing";
    private const int PeoplePerRun = 1000;

    // Whatever somebody has begun to record of a person by then is recorded.
    private static readonly Duration BetweenLooks = Duration.FromDays(1);

    private static readonly Duration LeaseLife = Duration.FromMinutes(10);

    private readonly Lease _lease = new(Item, Item, parts.Writer.NewId());
    private (QuietPeople People, Instant BegunAt)? _round;
    private int _isRunning;

    public string Name => Item;

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
        if (!await parts.States.TryTakeLeaseAsync(_lease, parts.Clock.GetCurrentInstant(), LeaseLife, cancellationToken).ConfigureAwait(false))
        {
            _round = null;
            return;
        }

        await SeverRestAsync(cancellationToken).ConfigureAwait(false);
        if (await ReadDueAsync(now, cancellationToken).ConfigureAwait(false) is { } after)
        {
            await parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            _round ??= await BeginAsync(after, now, cancellationToken).ConfigureAwait(false);
            if (_round is not { } round)
            {
                await PlanAsync(now + Duration.FromTimeSpan(options.Value.ExpireEvery), "").ConfigureAwait(false);
            }
            else if (await round.People.ReadOnAsync(isSpent, cancellationToken).ConfigureAwait(false))
            {
                await LookAsync(round.People, round.BegunAt, now, isSpent, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        if (_round is null)
        {
            await parts.States.ReleaseLeaseAsync(_lease, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask LookAsync(QuietPeople people, Instant begunAt, Instant now, Func<bool> isSpent, CancellationToken cancellationToken)
    {
        if (people.TryNext(out _))
        {
            await RefuseWhereStoppedAsync(cancellationToken).ConfigureAwait(false);
        }

        var (common, unknown, isDown) = (
            await needs.ReadCommonAsync(cancellationToken).ConfigureAwait(false), new SortedDictionary<string, int>(StringComparer.Ordinal), false);
        for (var looked = 0; looked < PeoplePerRun && !(looked > 0 && isSpent()) && people.TryNext(out var subject); looked++)
        {
            var state = await subjects.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
            var need = people.IsQuiet(subject) ? await needs.AskAsync(subject, state, common, now, cancellationToken).ConfigureAwait(false) : KeyNeed.Needed;
            if (need.Why is { } why)
            {
                unknown[why] = unknown.GetValueOrDefault(why) + 1;
            }

            if (need.Kind == KeyNeedKind.NotReached)
            {
                // The round goes on here when the source is there again.
                isDown = true;
                break;
            }

            if (need.Kind == KeyNeedKind.None)
            {
                await LetGoAsync(subject, state, people, begunAt, now, cancellationToken).ConfigureAwait(false);
            }
            else if (need.Kind == KeyNeedKind.Needed && state.LeavingSince is not null)
            {
                // What is needed now may be in the backups of today: their time begins when it is needed no more.
                await directory.StayAsync(subject, state, cancellationToken).ConfigureAwait(false);
            }

            people.Pass();
        }

        if (isDown || people.TryNext(out _))
        {
            await PlanAsync(now, people.After).ConfigureAwait(false);
        }
        else
        {
            await (people.IsFull ? PlanAsync(now, people.After) : PlanAsync(now + Duration.FromTimeSpan(options.Value.ExpireEvery), "")).ConfigureAwait(false);
            _round = null;
            await parts.States.ReleaseLeaseAsync(_lease, CancellationToken.None).ConfigureAwait(false);
        }

        if (unknown.Count > 0)
        {
            throw new PeopleNotForgottenException(string.Join("; ", unknown.Select(pair => $"of {pair.Value} because {pair.Key}")));
        }
    }

    private async ValueTask LetGoAsync(
        DataSubject subject, SubjectState state, QuietPeople people, Instant begunAt, Instant now, CancellationToken cancellationToken)
    {
        if (state.LeavingSince is not { } since)
        {
            await directory.LeaveAsync(subject, state, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Read to the end once more: nobody is forgotten whom somebody has named while the sources were asked.
        if (since + BetweenLooks <= begunAt && AreBackupsGone(subject, since, now)
            && await people.ReadOnAsync(static () => false, cancellationToken).ConfigureAwait(false) && people.IsQuiet(subject))
        {
            await SuppressAsync(subject, state, now, cancellationToken).ConfigureAwait(false);

            // Remembered first: after a crash in between the vault is told all the same.
            var key = JsonSerializer.Serialize(new ForgottenKey(subject.Controller, subject.Key.ToString()), ForgettingJson.Default.ForgottenKey);
            var item = new OpenItem($"{Severing}/{subject}", Severing, now, key);
            await parts.States.PutItemAsync(item, cancellationToken).ConfigureAwait(false);
            await directory.ForgetAsync(subject, state, CancellationToken.None).ConfigureAwait(false);
            await parts.States.RemoveItemAsync(item.Id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>An objection to direct marketing outlives the person's key as that of whoever has one of the addresses (Art. 21(3)): it may have named none.</summary>
    private async ValueTask SuppressAsync(DataSubject subject, SubjectState state, Instant now, CancellationToken cancellationToken)
    {
        foreach (var objection in state.Objections.Where(one => one.IsMarketing && one.Stands(now)))
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
            if ((await subjects.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)).IsForgotten)
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
        return policies.Earlier.Select(earlier => earlier.Policy).Append(policies.Current).SelectMany(policy => policy.Systems.Values)
            .All(system => system.Backup?.Keep is not { } keep || keep.EndOf(date) < today);
    }

    private async ValueTask RefuseWhereStoppedAsync(CancellationToken cancellationToken)
    {
        var why = await parts.Guard.FindMissingAsync(cancellationToken).ConfigureAwait(false) is not null ? SweepReasons.JournalBehindWitness
            : await parts.Damage.IsDamagedAsync(cancellationToken).ConfigureAwait(false) ? SweepReasons.JournalDamaged
            : await parts.Switch.IsOnAsync(cancellationToken).ConfigureAwait(false) ? SweepReasons.KillSwitch
            : (await parts.Restored.ReadWaitingAsync(cancellationToken).ConfigureAwait(false)).Count > 0 ? "a source that was restored has not been replayed"
            : null;
        if (why is not null)
        {
            throw new PeopleNotForgottenException($"of everybody because destruction is stopped: {why}");
        }
    }

    private async ValueTask<(QuietPeople People, Instant BegunAt)?> BeginAsync(string after, Instant now, CancellationToken cancellationToken) =>
        (await parts.Journal.ReadBaseAsync(cancellationToken).ConfigureAwait(false)).Checkpoint is { } expired
            ? (new QuietPeople(parts.Journal, repeating, expired.Position, after), now) : null;

    /// <summary>The key up to which a round has come that goes on; empty for a new one; <see langword="null"/> where none is due.</summary>
    private async ValueTask<string?> ReadDueAsync(Instant now, CancellationToken cancellationToken)
    {
        await foreach (var item in parts.States.ReadDueItemsAsync(Item, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            // One that lies further ahead than was ever planned was put there under another clock: it is due.
            return item.Due > now && item.Due <= now + Duration.FromTimeSpan(options.Value.ExpireEvery) ? null
                : JsonSerializer.Deserialize(item.Content, ForgettingJson.Default.ForgettingRound)!.After;
        }

        return "";
    }

    private ValueTask PlanAsync(Instant due, string after) => parts.States.PutItemAsync(
        new OpenItem(Item, Item, due, JsonSerializer.Serialize(new ForgettingRound(after), ForgettingJson.Default.ForgettingRound)), CancellationToken.None);
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
