using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What was disclosed of each person, folded from the journal.</summary>
/// <remarks>An entry may name many people: it is folded into the state of each. Putting lines together keeps the first and the last time, and is the same in
/// any order and however often it is done: so what is restated and what it was restated from may both be folded.</remarks>
internal sealed class DisclosureRegister(IStateStore states, SubjectRegister people) : IJournalFold, IJournalRestater
{
    private const string Fold = "disclosures";

    public IReadOnlyList<string> States => [Fold];

    /// <summary>What was disclosed of a person, as the state store has it.</summary>
    public async ValueTask<PersonDisclosures> ReadAsync(DataSubject subject, CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, subject.Controller, subject.Key.ToString(), cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : PersonDisclosures.None;

    /// <summary>Everybody of whom something was disclosed.</summary>
    public async IAsyncEnumerable<(DataSubject Subject, PersonDisclosures Disclosures)> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            yield return (new DataSubject(state.Controller, new SubjectKey(state.Key)), Read(state));
        }
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!DisclosureEntries.IsOf(entry.Stream) || entry.Content.Controller is not { } controller)
        {
            return false;
        }

        switch (entry.Content.Type)
        {
            case DisclosureEntries.Disclosed:
                var what = JsonSerializer.Deserialize(entry.Content.Data, DisclosureJson.Default.DisclosedData)!;
                var line = LineOf(what, entry.Content);
                await EachAsync(what.Subjects, before => With(before, line)).ConfigureAwait(false);
                return true;
            case DisclosureEntries.SecrecyEnded:
                var secrecy = JsonSerializer.Deserialize(entry.Content.Data, DisclosureJson.Default.SecrecyData)!;
                await EachAsync(secrecy.Subjects, before => before with
                {
                    Lines = [.. before.Lines.Select(line => line.Id == secrecy.Id ? line with { SecrecyEndedAt = line.SecrecyEndedAt ?? entry.Content.OccurredAt } : line)],
                }).ConfigureAwait(false);
                return true;
            case DisclosureEntries.Restated when entry.Content.Subject is { } key:
                var stated = JsonSerializer.Deserialize(entry.Content.Data, DisclosureJson.Default.PersonDisclosures)!;
                await EachAsync([key.ToString()], before => Restate(before, stated, entry.Position), isRestatement: true).ConfigureAwait(false);
                return true;
            default:
                return false;
        }

        async ValueTask EachAsync(IReadOnlyList<string> subjects, Func<PersonDisclosures, PersonDisclosures> change, bool isRestatement = false)
        {
            foreach (var key in subjects)
            {
                var state = await states.ReadAsync(Fold, controller, key, cancellationToken).ConfigureAwait(false);
                if (state?.Position >= entry.Position)
                {
                    continue;
                }

                var after = change(state is null ? PersonDisclosures.None : Read(state));
                if (!isRestatement)
                {
                    after = after with { LastAt = entry.Position, UnstatedFrom = after.UnstatedFrom == 0 ? entry.Position : after.UnstatedFrom };
                }

                await states.WriteAsync(
                    new FoldedState(Fold, controller, key, entry.Position, JsonSerializer.Serialize(after, DisclosureJson.Default.PersonDisclosures)), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Of somebody whom nobody can find any more nothing is said again: nobody can ask for it, nor be told of.</remarks>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (subject, disclosures) in ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var isUnstated = disclosures.UnstatedFrom > 0 && disclosures.UnstatedFrom <= position;
            var isExpiring = disclosures.StatedAt > 0 && disclosures.StatedAt <= position;
            if ((!isUnstated && !isExpiring) || (await people.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).IsForgotten)
            {
                continue;
            }

            var stated = disclosures with { StatedUpTo = Math.Max(disclosures.LastAt, disclosures.StatedUpTo), StatedAt = 0, UnstatedFrom = 0 };
            var last = disclosures.Lines.Max(line => line.Last);
            yield return new Restatement(DisclosureEntries.StreamOf(subject), JournalStream.AnyVersion,
            [
                Restated(DisclosureEntries.Restated, JsonSerializer.Serialize(stated, DisclosureJson.Default.PersonDisclosures), null),
                .. disclosures.Lines.Select(line => line.Reference).OfType<string>().Distinct(StringComparer.Ordinal)
                    .Select(reference => Restated(DisclosureEntries.ReferenceRestated, "{}", reference)),
            ]);

            NewJournalEntry Restated(string type, string data, string? payload) => new(type, last, data)
            {
                Controller = subject.Controller,
                Subject = subject.Key,
                Payload = payload is null ? null : Digest.Parse(payload),
            };
        }
    }

    /// <summary>A line per recipient, purpose, ground and fields; one of its own per decision of an authority, which has a reference and may be secret.</summary>
    private static DisclosureLine LineOf(DisclosedData what, NewJournalEntry content)
    {
        var bare = what with { Subjects = [] };
        var isOwn = what.IsSecret || content.Payload is not null;
        return new DisclosureLine(isOwn ? what.Id : KeyOf(bare), bare, content.OccurredAt, content.OccurredAt) { Reference = content.Payload?.ToString() };
    }

    private static string KeyOf(DisclosedData what) =>
        Digest.Of(JsonSerializer.SerializeToUtf8Bytes(what with { Id = "", Policy = null }, DisclosureJson.Default.DisclosedData)).ToString()[..32];

    private static PersonDisclosures With(PersonDisclosures before, DisclosureLine line) => before with
    {
        Lines = before.Lines.Any(known => known.Id == line.Id) ? [.. before.Lines.Select(known => known.Id == line.Id ? Joined(known, line) : known)] : [.. before.Lines, line],
    };

    private static DisclosureLine Joined(DisclosureLine one, DisclosureLine other) => one with
    {
        // What is disclosed last was decided by the latest policy.
        What = other.Last >= one.Last ? other.What : one.What,
        First = Instant.Min(one.First, other.First),
        Last = Instant.Max(one.Last, other.Last),
        SecrecyEndedAt = one.SecrecyEndedAt ?? other.SecrecyEndedAt,
        Reference = one.Reference ?? other.Reference,
    };

    private static PersonDisclosures Restate(PersonDisclosures before, PersonDisclosures stated, long position)
    {
        var after = stated.Lines.Aggregate(before, With);
        return after with
        {
            StatedAt = position,
            StatedUpTo = stated.StatedUpTo,
            LastAt = Math.Max(before.LastAt, stated.LastAt),
            UnstatedFrom = before.LastAt > stated.StatedUpTo ? stated.StatedUpTo + 1 : 0,
        };
    }

    private static PersonDisclosures Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, DisclosureJson.Default.PersonDisclosures)!;
}
