using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Breaches;

/// <summary>The breaches, and the people whom they affect, folded from the journal.</summary>
internal sealed class BreachFold(IStateStore states) : IJournalFold, IJournalRestater
{
    private const string Breaches = "breaches";
    private const string People = "breach-people";
    private const int PeoplePerEntry = 500;

    public IReadOnlyList<string> States => [Breaches, People];

    public async ValueTask<BreachState?> FindAsync(string id, CancellationToken cancellationToken) =>
        await states.ReadAsync(Breaches, "", id, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    public async IAsyncEnumerable<BreachState> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Breaches, cancellationToken).ConfigureAwait(false))
        {
            yield return Read(state);
        }
    }

    /// <summary>The people whom breaches affect, each with the breach's id.</summary>
    public async IAsyncEnumerable<(string Breach, PersonData Person)> ReadPeopleAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(People, cancellationToken).ConfigureAwait(false))
        {
            yield return (state.Key[..state.Key.IndexOf('/', StringComparison.Ordinal)], Of(state.Content, BreachJson.Default.PersonData));
        }
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!BreachEntries.IsOf(entry.Stream))
        {
            return false;
        }

        // The people first: a breach that is there is not folded again.
        var id = BreachEntries.IdOf(entry.Stream);
        foreach (var some in PeopleOf(entry).Chunk(PeoplePerEntry))
        {
            await WritePeopleAsync(id, entry.Position, some, states, cancellationToken).ConfigureAwait(false);
        }

        var state = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (After(state, entry) is { } after && after.Version != state?.Version)
        {
            var content = JsonSerializer.Serialize(after, BreachJson.Default.BreachState);
            await states.WriteAsync(new FoldedState(Breaches, "", id, entry.Position, content), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private static async ValueTask WritePeopleAsync(string id, long position, PersonData[] people, IStateStore states, CancellationToken cancellationToken)
    {
        var known = await states.ReadManyAsync(People, "", [.. people.Select(KeyOf)], cancellationToken).ConfigureAwait(false);

        // Who has been told once stays told.
        await states.WriteAllAsync(
            [
                .. people.Zip(known)
                    .Where(one => one.Second is null || (one.First.ToldAt is not null && Of(one.Second.Content, BreachJson.Default.PersonData).ToldAt is null))
                    .Select(one => new FoldedState(People, "", KeyOf(one.First), position, JsonSerializer.Serialize(one.First, BreachJson.Default.PersonData))),
            ],
            cancellationToken).ConfigureAwait(false);

        string KeyOf(PersonData person) => $"{id}/{person.Subject}";
    }

    /// <summary>A breach after one more entry of its stream.</summary>
    public static BreachState? After(BreachState? before, JournalEntry entry)
    {
        if (before is not null && entry.Version <= before.Version)
        {
            return before;
        }

        var next = Next(before, entry);
        if (next is null)
        {
            return null;
        }

        var texts = entry.Content.Payload is { } payload && entry.Content.Type != BreachEntries.TextRestated
            ? [.. next.Texts, new TextReference(entry.Content.Type, entry.Content.OccurredAt, payload.ToString())] : next.Texts;
        return next with { Version = entry.Version, Position = entry.Position, Texts = texts };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var people = new Dictionary<string, List<PersonData>>(StringComparer.Ordinal);
        await foreach (var (breach, person) in ReadPeopleAsync(cancellationToken).ConfigureAwait(false))
        {
            (people.TryGetValue(breach, out var some) ? some : people[breach] = []).Add(person);
        }

        await foreach (var breach in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // What was closed, and of which the journal's own period is over from end to end, needs no saying again.
            if (breach.StatedAt > position || (!breach.IsOpen && breach.Position <= position))
            {
                continue;
            }

            yield return new Restatement(BreachEntries.StreamOf(breach.Id), breach.Version,
            [
                Entry(BreachEntries.Restated, JsonSerializer.Serialize(breach, BreachJson.Default.BreachState), null),
                .. breach.Texts.Select(text => Entry(BreachEntries.TextRestated, "{}", Digest.Parse(text.Commitment))),
                .. (people.GetValueOrDefault(breach.Id) ?? []).Chunk(PeoplePerEntry)
                    .Select(some => JsonSerializer.Serialize(new PeopleRestatedData(some), BreachJson.Default.PeopleRestatedData))
                    .Select(data => Entry(BreachEntries.PeopleRestated, data, null)),
            ]);

            NewJournalEntry Entry(string type, string data, Digest? payload) =>
                new(type, breach.RecordedAt, data) { Controller = breach.Controller.Length > 0 ? breach.Controller : null, Payload = payload };
        }
    }

    private static IEnumerable<PersonData> PeopleOf(JournalEntry entry)
    {
        var content = entry.Content;
        return content.Type switch
        {
            BreachEntries.PeopleAffected => EntryData.Read(entry, BreachJson.Default.PeopleData).Subjects.Select(subject => new PersonData(subject)),
            BreachEntries.PeopleTold => EntryData.Read(entry, BreachJson.Default.PeopleData) is var told
                ? told.Subjects.Select(subject => new PersonData(subject) { ToldAt = content.OccurredAt, Channel = told.Channel }) : [],
            BreachEntries.PeopleRestated => EntryData.Read(entry, BreachJson.Default.PeopleRestatedData).People,
            _ => [],
        };
    }

    private static BreachState? Next(BreachState? before, JournalEntry entry)
    {
        var (content, at) = (entry.Content, entry.Content.OccurredAt);
        switch (content.Type)
        {
            case BreachEntries.Recorded:
                return Begin(EntryData.Read(entry, BreachJson.Default.RecordedData), entry);
            case BreachEntries.Restated:
                return EntryData.Read(entry, BreachJson.Default.BreachState) with { StatedAt = entry.Position };
        }

        return before is null ? null : content.Type switch
        {
            BreachEntries.Described => EntryData.Read(entry, BreachJson.Default.DescribedData) is var described
                ? before with { HasEffects = before.HasEffects || described.Effects, HasMeasures = before.HasMeasures || described.Measures } : before,
            BreachEntries.Aware => before with { AwareAt = at, Phase = BreachPhase.Established },
            BreachEntries.Assessed => Assessed(before, EntryData.Read(entry, BreachJson.Default.AssessedData), entry),
            BreachEntries.Notified => before with { Notices = [.. before.Notices, NoticeOf(EntryData.Read(entry, BreachJson.Default.NotifiedData), entry)] },
            BreachEntries.CommunicationDecided => EntryData.Read(entry, BreachJson.Default.CommunicationData) is var decided
                ? before with
                {
                    Communication = new CommunicationState(decided.Tells, at, decided.By)
                    {
                        Exception = decided.Exception,
                        IsPublic = decided.IsPublic,
                        AtRisk = before.Risk,
                        PublishedAt = decided.IsPublic ? before.Communication?.PublishedAt : null,
                    },
                }
                : before,
            BreachEntries.Published when before.Communication is { } communication => before with { Communication = communication with { PublishedAt = at } },
            BreachEntries.ControllerTold => EntryData.Read(entry, BreachJson.Default.ControllerToldData).Controller is var told
                ? before with { Controllers = [.. before.Controllers.Select(one => one.Controller == told ? one with { ToldAt = one.ToldAt ?? at } : one)] } : before,
            BreachEntries.ParallelDone => EntryData.Read(entry, BreachJson.Default.ParallelData) is var done
                ? before with { Parallel = [.. before.Parallel.Select(clock => clock.Rule == done.Rule ? clock with { Done = [.. clock.Done, at] } : clock)] } : before,
            BreachEntries.Closed => before with { Phase = BreachPhase.Closed, ClosedAt = at },
            BreachEntries.FalseAlarm => before with { Phase = BreachPhase.FalseAlarm, ClosedAt = at },
            BreachEntries.Reopened => before with { Phase = before.AwareAt is null ? BreachPhase.Suspected : BreachPhase.Established, ClosedAt = null },
            _ => before,
        };
    }

    private static BreachState Begin(RecordedData data, JournalEntry entry) => new(data.Id, entry.Content.Controller ?? "", entry.RecordedAt)
    {
        Phase = data.AwareAt is null ? BreachPhase.Suspected : BreachPhase.Established,
        Capacity = data.Capacity,
        AwareAt = data.AwareAt,
        OccurredFrom = data.OccurredFrom,
        OccurredUntil = data.OccurredUntil,
        Kinds = data.Kinds,
        Systems = data.Systems,
        DataSets = data.DataSets,
        ToldBy = data.ToldBy,
        Controllers = data.Controllers,
        Parallel = [.. data.Parallel.Select(rule => new ParallelClock(rule, []))],
        HasEffects = data.HasEffects,
        HasMeasures = data.HasMeasures,
        StatedAt = entry.Position,
    };

    private static BreachState Assessed(BreachState before, AssessedData data, JournalEntry entry) => before with
    {
        Risk = data.Risk,
        AssessedAt = entry.Content.OccurredAt,
        AssessedBy = data.By,
        HighSince = data.Risk == BreachRisk.High ? before.HighSince ?? entry.Content.OccurredAt : null,
        TimesUnlikely = before.TimesUnlikely + (data.Risk == BreachRisk.Unlikely ? 1 : 0),
        TimesHigh = before.TimesHigh + (data.Risk == BreachRisk.High && before.HighSince is null ? 1 : 0),
    };

    private static AuthorityNotice NoticeOf(NotifiedData data, JournalEntry entry) => new(entry.Content.OccurredAt, data.By)
    {
        Stated = data.Stated,
        NotPossible = data.NotPossible,
        IsLate = data.IsLate,
        Reference = data.Reference,
        People = data.People,
        Records = data.Records,
    };

    private static BreachState Read(FoldedState state) => Of(state.Content, BreachJson.Default.BreachState);

    private static T Of<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;
}
