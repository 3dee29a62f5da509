using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What was disclosed of each person, folded from the journal.</summary>
/// <remarks>Whose recipients may have to be told of what has become of the data since is an open item besides: it follows from the entries alone, and whoever finds that
/// they have been told takes it down.</remarks>
internal sealed class DisclosureRegister(IStateStore states, SubjectRegister people) : PersonLog<PersonDisclosures>(
    "disclosures", DisclosureEntries.Prefix, DisclosureEntries.Restated, DisclosureJson.Default.PersonDisclosures, states, people)
{
    /// <summary>The kind of the open items.</summary>
    public const string Waiting = "late-disclosure";

    private readonly IStateStore _states = states;

    public static DataSubject SubjectOf(OpenItem item)
    {
        var parts = item.Id[(Waiting.Length + 1)..];
        var at = parts.LastIndexOf('/');
        return new DataSubject(parts[..at], new SubjectKey(parts[(at + 1)..]));
    }

    protected override PersonDisclosures None => PersonDisclosures.None;

    protected override (IReadOnlyList<string> Subjects, Func<PersonDisclosures, PersonDisclosures> Change)? ChangeOf(JournalEntry entry)
    {
        switch (entry.Content.Type)
        {
            case DisclosureEntries.Disclosed:
                var what = EntryData.Read(entry, DisclosureJson.Default.DisclosedData);
                var line = LineOf(what, entry.Content);
                var late = what.IsLate ? new LateDisclosure(what.Id, what.Recipient, what.Purpose, what.Fields, entry.Content.OccurredAt) : null;
                return (what.Subjects, before => late is null ? With(before, line) : With(With(before, line), late));
            case DisclosureEntries.LateTold:
                var told = JsonSerializer.Deserialize(entry.Content.Data, DisclosureJson.Default.LateToldData)!;
                return (told.Subjects, before => before with { Late = [.. (before.Late ?? []).Where(late => late.Id != told.Id)] });
            case DisclosureEntries.SecrecyEnded:
                var secrecy = EntryData.Read(entry, DisclosureJson.Default.SecrecyData);
                return (secrecy.Subjects, before => Changed(
                    before, secrecy.Id, line => line with { SecrecyEndedAt = line.SecrecyEndedAt ?? entry.Content.OccurredAt }));
            default:
                return null;
        }
    }

    protected override PersonDisclosures Join(PersonDisclosures one, PersonDisclosures other) =>
        (other.Late ?? []).Aggregate(other.Lines.Aggregate(one, With), With);

    /// <summary>Puts up that recipients may have to be told.</summary>
    protected override async ValueTask BeforeWriteAsync(DataSubject subject, PersonDisclosures state, CancellationToken cancellationToken)
    {
        if (state.Late is { Count: > 0 } late)
        {
            var item = new OpenItem($"{Waiting}/{subject.Controller}/{subject.Key}", Waiting, late.Min(one => one.At), "{}");
            await _states.PutItemAsync(item, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override IEnumerable<string> PayloadsOf(PersonDisclosures state) => state.Lines.Select(line => line.Reference).OfType<string>();

    protected override Instant LastOf(PersonDisclosures state) => state.Lines.Max(line => line.Last);

    /// <summary>A line per recipient, purpose, ground and fields; one of its own per decision of an authority, which has a reference and may be secret.</summary>
    private static DisclosureLine LineOf(DisclosedData what, NewJournalEntry content)
    {
        var bare = what with { Subjects = [], IsLate = false };
        var isOwn = what.IsSecret || content.Payload is not null;
        return new DisclosureLine(isOwn ? what.Id : KeyOf(bare), bare, content.OccurredAt, content.OccurredAt) { Reference = content.Payload?.ToString() };
    }

    private static string KeyOf(DisclosedData what) =>
        Digest.Of(JsonSerializer.SerializeToUtf8Bytes(what with { Id = "", Policy = null, Role = null }, DisclosureJson.Default.DisclosedData)).ToString()[..32];

    private static PersonDisclosures With(PersonDisclosures before, DisclosureLine line) => before.Lines.Any(known => known.Id == line.Id)
        ? Changed(before, line.Id, known => Joined(known, line)) : before with { Lines = [.. before.Lines, line] };

    private static PersonDisclosures With(PersonDisclosures before, LateDisclosure late) => before.Late?.Any(known => known.Id == late.Id) == true
        ? before : before with { Late = [.. before.Late ?? [], late] };

    private static PersonDisclosures Changed(PersonDisclosures before, string id, Func<DisclosureLine, DisclosureLine> change) =>
        before with { Lines = [.. before.Lines.Select(line => line.Id == id ? change(line) : line)] };

    private static DisclosureLine Joined(DisclosureLine one, DisclosureLine other) => one with
    {
        // What is disclosed last was decided by the latest policy.
        What = other.Last >= one.Last ? other.What : one.What,
        First = Instant.Min(one.First, other.First),
        Last = Instant.Max(one.Last, other.Last),
        SecrecyEndedAt = one.SecrecyEndedAt ?? other.SecrecyEndedAt,
        Reference = one.Reference ?? other.Reference,
    };
}
