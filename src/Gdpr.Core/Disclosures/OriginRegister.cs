using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Where the data of each person comes from, folded from the journal, and who has to be told.</summary>
/// <param name="states">The state store.</param>
/// <param name="people">The people.</param>
/// <param name="dueBy">By when somebody of a controller is told, who has to be told since an instant.</param>
internal sealed class OriginRegister(IStateStore states, SubjectRegister people, Func<string, Instant, Instant> dueBy) : PersonLog<OriginState>(
    "origins", OriginEntries.Prefix, OriginEntries.Restated, OriginJson.Default.OriginState, states, people)
{
    /// <summary>The kind of the open items.</summary>
    public const string Waiting = "notice-owed";

    private readonly IStateStore _states = states;

    protected override OriginState None => OriginState.None;

    public static string ItemOf(DataSubject subject) => $"{Waiting}/{subject.Controller}/{subject.Key}";

    public static DataSubject SubjectOf(OpenItem item)
    {
        var parts = item.Id[(Waiting.Length + 1)..];
        var at = parts.LastIndexOf('/');
        return new DataSubject(parts[..at], new SubjectKey(parts[(at + 1)..]));
    }

    /// <summary>Everybody who was to be told by an instant, whether or not that has been done since: the first due first.</summary>
    /// <param name="until">The last instant, inclusive; <see langword="null"/> for all there will be.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<(OpenItem Item, DataSubject Subject, OriginState State)> ReadWaitingAsync(
        Instant? until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in _states.ReadDueItemsAsync(Waiting, until ?? OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            var subject = SubjectOf(item);
            yield return (item, subject, await ReadAsync(subject, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Puts up that somebody has to be told. It is taken down by whoever finds that the person has been.</summary>
    protected override async ValueTask BeforeWriteAsync(DataSubject subject, OriginState state, CancellationToken cancellationToken)
    {
        if (state.Owed is { } since)
        {
            await _states.PutItemAsync(new OpenItem(ItemOf(subject), Waiting, dueBy(subject.Controller, since), "{}"), cancellationToken).ConfigureAwait(false);
        }
    }

    protected override (IReadOnlyList<string> Subjects, Func<OriginState, OriginState> Change)? ChangeOf(JournalEntry entry)
    {
        var (content, at) = (entry.Content, entry.Content.OccurredAt);
        switch (content.Type)
        {
            case OriginEntries.Collected:
                var collected = EntryData.Read(entry, OriginJson.Default.CollectedEntry);
                var line = new CollectedData(collected.DataSet, collected.Origin, at, at)
                {
                    From = collected.From,
                    Channel = collected.Channel,
                    By = collected.By,
                    Record = collected.Record,
                };
                return (collected.Subjects, before => collected.Owes ? Owing(With(before, line), before.OwedSince, at) : With(before, line));
            case OriginEntries.NoticeGiven:
                var notice = EntryData.Read(entry, OriginJson.Default.NoticeEntry);
                var given = new NoticeRecord(notice.Document, notice.Version, notice.Channel, at) { Language = notice.Language };
                return (notice.Subjects, before => With(before, given));
            case OriginEntries.NoticeExempted:
                var exemption = EntryData.Read(entry, OriginJson.Default.ExemptionEntry);
                return (exemption.Subjects, before => before with { ExemptedAt = Later(before.ExemptedAt, at) });
            default:
                return null;
        }
    }

    protected override OriginState Join(OriginState one, OriginState other)
    {
        var joined = other.Notices.Aggregate(other.Collected.Aggregate(one, With), With) with
        {
            ExemptedAt = other.ExemptedAt is { } exempted ? Later(one.ExemptedAt, exempted) : one.ExemptedAt,
        };
        return Owing(joined, one.OwedSince, other.OwedSince);
    }

    protected override IEnumerable<string> PayloadsOf(OriginState state) => [];

    protected override Instant LastOf(OriginState state) =>
        state.Collected.Select(line => line.Last).Concat(state.Notices.Select(notice => notice.At)).Append(state.ExemptedAt ?? Instant.MinValue).Max();

    private static OriginState With(OriginState before, CollectedData line)
    {
        var known = before.Collected.FirstOrDefault(one => one with { First = line.First, Last = line.Last } == line);
        return before with
        {
            Collected = known is null ? [.. before.Collected, line]
                : [.. before.Collected.Select(one => ReferenceEquals(one, known)
                    ? one with { First = Instant.Min(one.First, line.First), Last = Instant.Max(one.Last, line.Last) } : one)],
        };
    }

    private static OriginState With(OriginState before, NoticeRecord notice) =>
        before.Notices.Contains(notice) ? before : before with { Notices = [.. before.Notices, notice] };

    /// <summary>The month runs from the first data of which the person has not been told, in whatever order it is recorded (Art. 14(3)(a)).</summary>
    private static OriginState Owing(OriginState state, params Instant?[] since)
    {
        OriginState[] each = [.. since.OfType<Instant>().Order().Select(at => state with { OwedSince = at })];
        return each.FirstOrDefault(one => one.Owed is not null) ?? each.LastOrDefault(state);
    }

    private static Instant Later(Instant? one, Instant other) => one is { } known ? Instant.Max(known, other) : other;
}
