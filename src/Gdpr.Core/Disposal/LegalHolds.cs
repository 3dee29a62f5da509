using System.Collections.Concurrent;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Disposal;

/// <summary>Places legal holds and releases them (Art. 17(3)(e)). A hold forbids destruction; it permits no use.</summary>
/// <remarks>
/// <para>A hold is granted once every source concerned has committed it, in the data's own database. Until then it stands all the same, wherever it
/// has come to; what a crash or an unreachable source left undone is completed by <c>GdprWork</c>.</para>
/// <para>It protects from the moment it is placed, also before its first date. The matter, the reason, the approver and the people stand in the vault;
/// the journal only commits to them. They are erased when the hold has been released or refused.</para>
/// </remarks>
public sealed class LegalHolds
{
    private const string Purpose = "legal-hold";

    private readonly SweepParts _parts;
    private readonly HoldRegister _holds;

    // Holds that this process has changed, and that the folds have not come to yet.
    private readonly ConcurrentDictionary<string, byte> _ahead = new(StringComparer.Ordinal);

    internal LegalHolds(SweepParts parts, HoldRegister holds)
    {
        _parts = parts;
        _holds = holds;
    }

    /// <summary>Places a hold.</summary>
    /// <param name="terms">What it is for, and on what. Subjects and records are named as the sources name them; records need exactly one data set.</param>
    /// <param name="confirmEverything">Confirms a hold whose scope names nothing: it stops all destruction.</param>
    /// <param name="cancellationToken">Cancels before the hold is journalled; from then on it stands.</param>
    /// <returns>The hold: placed; refused, where a record named is gone already; or placing, where a source was not reached, or the host has a transaction
    /// open that has appended to the journal.</returns>
    /// <exception cref="InvalidHoldException">Something that a hold must state is missing or wrong; all problems at once.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<HeldStatus> PlaceAsync(HoldTerms terms, bool confirmEverything = false, CancellationToken cancellationToken = default)
    {
        LegalHold.Place(terms);
        var (schedule, texts) = (_parts.Schedule(), _parts.Writer.Texts);
        texts.CheckLine(terms.Matter, "the matter of the hold");
        texts.CheckText(terms.Reason, "the reason of the hold");
        texts.CheckLine(terms.Approver, "the approver of the hold");
        texts.CheckIds(terms.Scope.Subjects, "a person held");
        texts.CheckIds(terms.Scope.Records, "a record held");
        RefuseUnlessUsable(terms.Scope, schedule, confirmEverything);
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        var (id, controller, scope) = (_parts.Writer.NewId(), PolicyControllers.DefaultOf(schedule.Policy), terms.Scope);
        var payload = new HoldPayload(
            terms.Matter, terms.Reason, terms.Approver, [.. scope.Subjects.Order(StringComparer.Ordinal)], [.. scope.Records.Order(StringComparer.Ordinal)],
            TextOf(scope.EventsFrom), TextOf(scope.EventsTo));
        var placing = new HoldPlacing(
            id, [.. scope.DataSets.Order(StringComparer.Ordinal)], TextOf(terms.From)!, TextOf(terms.ReviewBy)!,
            scope.Subjects.Count > 0 || scope.Records.Count > 0 || scope.EventsFrom is not null || scope.EventsTo is not null);
        if (placing.IsNarrowed)
        {
            placing = placing with { Namings = await NamingsAsync(placing.DataSets, schedule, cancellationToken).ConfigureAwait(false) };
        }

        cancellationToken.ThrowIfCancellationRequested();
        await _parts.Writer.RecordAsync(
            HoldEntries.StreamOf(id), 0, HoldEntries.Placing, JsonSerializer.Serialize(placing, HoldJson.Default.HoldPlacing), controller, Purpose,
            JsonSerializer.SerializeToUtf8Bytes(payload, HoldJson.Default.HoldPayload)).ConfigureAwait(false);
        return await SettleAsync(id).ConfigureAwait(false);
    }

    /// <summary>Releases a hold: what was due under it is disposed of by the next sweep.</summary>
    /// <param name="id">The hold's id.</param>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels before the release is journalled.</param>
    /// <returns>The hold: released, or releasing, where a source was not reached, the kill switch is on, or the host has a transaction open that has appended to the
    /// journal.</returns>
    /// <exception cref="InvalidHoldException">There is no such hold, or it does not stand any more.</exception>
    public async Task<HeldStatus> ReleaseAsync(string id, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        var function = ActingFunction.Check(by, nameof(by));
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        await _parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if ((await FindAsync(id, cancellationToken).ConfigureAwait(false)).Hold is not { Stands: true } hold)
        {
            throw new InvalidHoldException(["There is no such hold that stands: list the holds, and name one of them."]);
        }

        var data = JsonSerializer.Serialize(new HoldStep(id, function), HoldJson.Default.HoldStep);
        await _parts.Writer.RecordAsync(HoldEntries.StreamOf(id), hold.Version, HoldEntries.Releasing, data, hold.Controller).ConfigureAwait(false);
        return await SettleAsync(id).ConfigureAwait(false);
    }

    /// <summary>The holds, in the order in which they were last changed.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>While the host has a transaction open that has appended to the journal, readers do not go past it: what was placed or released since shows here to
    /// the process that did it, and to others when the transaction has ended.</remarks>
    public async Task<IReadOnlyList<HeldStatus>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        await _parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var listed = new OrderedDictionary<string, HoldState>(StringComparer.Ordinal);
        foreach (var hold in await _holds.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            listed.Add(hold.Placing.Id, hold);
        }

        foreach (var id in _ahead.Keys.Order(StringComparer.Ordinal))
        {
            var (hold, isAhead) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (isAhead)
            {
                listed.Remove(id);
                listed.Add(id, hold!);
            }
            else
            {
                _ahead.TryRemove(id, out _);
            }
        }

        return [.. listed.Values.Select(hold => StatusOf(hold, []))];
    }

    /// <summary>What a hold was placed for, and on what, for whoever reviews it: the matter, the reason, the approver and the people, from the vault.</summary>
    /// <param name="id">The hold's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The terms as they were placed; <see langword="null"/> where they have been erased, because the hold was released or refused.</returns>
    /// <exception cref="InvalidHoldException">There is no such hold.</exception>
    public async Task<HoldTerms?> ReadTermsAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        await _parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if ((await FindAsync(id, cancellationToken).ConfigureAwait(false)).Hold is not { } hold)
        {
            throw new InvalidHoldException(["There is no such hold: list the holds, and name one of them."]);
        }

        if (hold.Payload.Length == 0
            || await _parts.Vault.ReadPayloadAsync(hold.Controller, Digest.Parse(hold.Payload), cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        var payload = JsonSerializer.Deserialize(stored.Content.Span, HoldJson.Default.HoldPayload)!;
        var scope = new HoldScope
        {
            DataSets = hold.Placing.DataSets.ToHashSet(StringComparer.Ordinal),
            Subjects = payload.Subjects.ToHashSet(StringComparer.Ordinal),
            Records = payload.Records.ToHashSet(StringComparer.Ordinal),
            EventsFrom = payload.EventsFrom is { } from ? DateOf(from) : null,
            EventsTo = payload.EventsTo is { } to ? DateOf(to) : null,
        };
        return new HoldTerms(payload.Matter, payload.Reason, payload.Approver, DateOf(hold.Placing.From), DateOf(hold.Placing.ReviewBy), scope);
    }

    /// <summary>Completes what a crash or an unreachable source left undone.</summary>
    /// <returns>The sources that were not reached, by name, and why.</returns>
    internal ValueTask<IReadOnlyDictionary<string, Exception>> CompleteAsync(CancellationToken cancellationToken) => _parts.Facts.SettleAsync(cancellationToken);

    /// <summary>How the data sets name their records and people at present, which is what the scope goes by.</summary>
    private async ValueTask<IReadOnlyList<DataSetNaming>> NamingsAsync(
        IReadOnlyList<string> dataSets, RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        var namings = new List<DataSetNaming>();
        foreach (var source in _parts.Inventory.Sources.OfType<IDisposalSource>())
        {
            string[] held = [.. source.DataSets.Where(dataSet => dataSets.Count == 0 || dataSets.Contains(dataSet, StringComparer.Ordinal))];
            if (held.Length == 0)
            {
                continue;
            }

            try
            {
                await _parts.Preparation.PrepareOnceAsync(source, schedule, cancellationToken).ConfigureAwait(false);
                namings.AddRange(held.Select(dataSet => new DataSetNaming(dataSet, source.NamingOf(dataSet).ToString())));
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The hold stands all the same, and is put there when the source is reached: whoever places it is told that it was not.
            }
        }

        return [.. namings.OrderBy(naming => naming.DataSet, StringComparer.Ordinal)];
    }

    private async Task<HeldStatus> SettleAsync(string id)
    {
        // The hold is journalled: it is carried through, whoever has stopped waiting for it.
        var notReached = await TrySettleAsync().ConfigureAwait(false);
        await _parts.Folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        var (hold, isAhead) = await FindAsync(id, CancellationToken.None).ConfigureAwait(false);
        if (isAhead)
        {
            _ahead.TryAdd(id, 0);
        }

        return StatusOf(hold!, [.. (isAhead ? _parts.Inventory.Sources.Select(source => source.Name) : notReached).Order(StringComparer.Ordinal)]);
    }

    /// <summary>A hold as its own stream has it, and whether the folds have not come that far: readers of the whole journal do not go past a transaction that is
    /// still running, and until it has ended no source is told.</summary>
    private async ValueTask<(HoldState? Hold, bool IsAhead)> FindAsync(string id, CancellationToken cancellationToken)
    {
        var hold = await _holds.FindAsync(id, cancellationToken).ConfigureAwait(false);
        var isAhead = false;
        await foreach (var entry in _parts.Journal.ReadStreamAsync(HoldEntries.StreamOf(id), hold?.Version ?? 0, cancellationToken).ConfigureAwait(false))
        {
            (hold, isAhead) = (HoldRegister.After(hold, entry), true);
        }

        return (hold, isAhead);
    }

    private async Task<IEnumerable<string>> TrySettleAsync()
    {
        try
        {
            return (await _parts.Facts.SettleAsync(CancellationToken.None).ConfigureAwait(false)).Keys;
        }
        catch (FactsBusyException)
        {
            // Another worker is at it, or died at it. The hold stands as it is: no source destroys anything before it has been told.
            return _parts.Inventory.Sources.Select(source => source.Name);
        }
    }

    private HeldStatus StatusOf(HoldState hold, IReadOnlyList<string> notReached)
    {
        var (from, reviewBy) = (DateOf(hold.Placing.From), DateOf(hold.Placing.ReviewBy));
        var today = LocalDays.TodayAt(_parts.Clock.GetCurrentInstant(), PolicyControllers.ZoneOf(_parts.Schedule().Policy));
        return new HeldStatus(hold.Placing.Id, hold.Phase, hold.Placing.DataSets, from, reviewBy, hold.Stands && today > reviewBy)
        {
            NotReached = hold.Phase is HoldPhase.Placing or HoldPhase.Releasing ? notReached : [],
        };
    }

    private static void RefuseUnlessUsable(HoldScope scope, RetentionSchedule schedule, bool confirmEverything)
    {
        List<string> problems = [.. scope.DataSets.Where(dataSet => schedule.Find(dataSet) is null).Order(StringComparer.Ordinal)
            .Select(dataSet => $"The policy has no {ClearText.NameOf(dataSet, "data set")}: name one that it has.")];
        if (scope.Records.Count > 0 && scope.DataSets.Count != 1)
        {
            problems.Add("The scope names records, whose keys mean something in one data set only: name that data set.");
        }

        if (scope.IsEverything && !confirmEverything)
        {
            problems.Add("The scope names nothing in particular, which stops all destruction: confirm it, or name what is held.");
        }

        if (problems.Count > 0)
        {
            throw new InvalidHoldException(problems);
        }
    }

    private static LocalDate DateOf(string text) => LocalDatePattern.Iso.Parse(text).Value;

    private static string? TextOf(LocalDate? date) => date is { } known ? LocalDatePattern.Iso.Format(known) : null;
}

/// <summary>How a hold stands.</summary>
/// <param name="Id">The hold's id.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="DataSets">The data sets held, ordinally; none for all.</param>
/// <param name="From">Its first local date, inclusive.</param>
/// <param name="ReviewBy">The last local date, inclusive, by which it is to be reviewed.</param>
/// <param name="IsOverdueForReview">Whether it stands on a date after that.</param>
public sealed record HeldStatus(string Id, HoldPhase Phase, IReadOnlyList<string> DataSets, LocalDate From, LocalDate ReviewBy, bool IsOverdueForReview)
{
    /// <summary>The sources that were not reached; the hold is completed when they are. Empty in a list.</summary>
    public IReadOnlyList<string> NotReached { get; init; } = [];
}
