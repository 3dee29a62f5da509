using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>The states of people, folded from the journal, and the position up to which facts beside the data must reflect them.</summary>
internal sealed class SubjectRegister(IJournalStore journal, IStateStore states) : IJournalFold, IJournalRestater
{
    private const string Subjects = "subjects";
    private const string Facts = "subject-facts";
    private const string Head = "head";
    private const int PeoplePerRead = 1000;

    public IReadOnlyList<string> States => [Subjects, Facts];

    /// <summary>The position in the journal that the facts beside the data must reflect; 0 where none ever were.</summary>
    public async ValueTask<long> FactsHeadAsync(CancellationToken cancellationToken) =>
        (await states.ReadAsync(Facts, "", Head, cancellationToken).ConfigureAwait(false))?.Position ?? 0;

    /// <summary>A person's state as the state store has it: one indexed read.</summary>
    public async ValueTask<SubjectState> ReadAsync(DataSubject subject, CancellationToken cancellationToken) =>
        await states.ReadAsync(Subjects, subject.Controller, subject.Key.ToString(), cancellationToken).ConfigureAwait(false) is { } state
            ? Read(state) : SubjectState.Empty;

    /// <summary>The states of many people as the state store has them, a thousand with each read.</summary>
    public async ValueTask<IReadOnlyDictionary<DataSubject, SubjectState>> ReadManyAsync(IEnumerable<DataSubject> people, CancellationToken cancellationToken)
    {
        var read = new Dictionary<DataSubject, SubjectState>();
        foreach (var some in people.Distinct().GroupBy(one => one.Controller, StringComparer.Ordinal).SelectMany(same => same.Chunk(PeoplePerRead)))
        {
            string[] keys = [.. some.Select(one => one.Key.ToString())];
            var stored = await states.ReadManyAsync(Subjects, some[0].Controller, keys, cancellationToken).ConfigureAwait(false);
            foreach (var (subject, state) in some.Zip(stored))
            {
                read.Add(subject, state is null ? SubjectState.Empty : Read(state));
            }
        }

        return read;
    }

    /// <summary>A person's state as the journal has it, which the state store is told: also what another process has just appended.</summary>
    public async ValueTask<SubjectState> ReadLatestAsync(DataSubject subject, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(subject, cancellationToken).ConfigureAwait(false);
        var state = before;
        await foreach (var entry in journal.ReadStreamAsync(subject.Stream, state.Version, cancellationToken).ConfigureAwait(false))
        {
            state = SubjectFold.After(state, entry);
        }

        if (state.Version > before.Version)
        {
            await WriteAsync(subject.Controller, subject.Key.ToString(), state, states, cancellationToken).ConfigureAwait(false);
        }

        return state;
    }

    /// <summary>A person's state as the journal alone has it: what permits destruction is not taken from a state. Of a person whose entries have all expired
    /// only the
    /// state is left.</summary>
    public async ValueTask<SubjectState> ReadJournalledAsync(DataSubject subject, CancellationToken cancellationToken)
    {
        SubjectState? state = null;
        await foreach (var entry in journal.ReadStreamAsync(subject.Stream, 0, cancellationToken).ConfigureAwait(false))
        {
            state = SubjectFold.After(state ?? SubjectState.Empty, entry);
        }

        return state ?? await ReadAsync(subject, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every person's state, ordinally by controller and key.</summary>
    public async IAsyncEnumerable<(DataSubject Subject, SubjectState State)> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Subjects, cancellationToken).ConfigureAwait(false))
        {
            yield return (new DataSubject(state.Controller, new SubjectKey(state.Key)), Read(state));
        }
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!SubjectEntries.IsOf(entry.Stream) || entry.Content.Controller is not { } controller || entry.Content.Subject is not { } key)
        {
            return false;
        }

        // The head first, whether or not the state is there already: whoever appended may have written the state alone.
        var head = entry.Content.Type == SubjectEntries.Restated ? SubjectFold.After(SubjectState.Empty, entry).FactsPosition
            : SubjectFold.ChangesFacts(entry.Content.Type) ? entry.Position : 0;
        if (head > 0 && ((await states.ReadAsync(Facts, "", Head, cancellationToken).ConfigureAwait(false))?.Position ?? 0) < head)
        {
            await states.WriteAsync(new FoldedState(Facts, "", Head, head, "{}"), cancellationToken).ConfigureAwait(false);
        }

        // Whoever appended has usually written the state already: its position says so, before it is read.
        var stored = await states.ReadAsync(Subjects, controller, key.ToString(), cancellationToken).ConfigureAwait(false);
        if (stored is null || stored.Position < entry.Position)
        {
            var after = SubjectFold.After(stored is null ? SubjectState.Empty : Read(stored), entry);
            await WriteAsync(controller, key.ToString(), after, states, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Writes the states of many people after the entries that were just appended for each, and the position that facts beside the data must
    /// reflect.</summary>
    public async ValueTask WriteAllAsync(
        IEnumerable<(DataSubject Subject, SubjectState Before, IReadOnlyList<JournalEntry> Appended)> changed, CancellationToken cancellationToken)
    {
        var (written, head) = (new List<FoldedState>(), 0L);
        foreach (var (subject, before, appended) in changed)
        {
            var state = appended.Aggregate(before, SubjectFold.After);
            head = Math.Max(head, state.FactsPosition);
            written.Add(StateOf(subject.Controller, subject.Key.ToString(), state));
        }

        if (written.Count > 0)
        {
            await states.WriteAllAsync([.. written, new FoldedState(Facts, "", Head, head, "{}")], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (subject, state) in ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (state.StatedAt > position)
            {
                continue;
            }

            // Of somebody who was forgotten, only that: what was known is nobody's any more, and of no use to anybody.
            var said = !state.IsForgotten ? state : SubjectState.Empty with
            {
                Version = state.Version,
                Position = state.Position,
                FactsPosition = state.FactsPosition,
                StatedAt = state.StatedAt,
                LastOccurredAt = state.LastOccurredAt,
                IsForgotten = true,
            };
            IEnumerable<string> proofs = said.Consents.Select(consent => consent.Proof).OfType<string>().Distinct(StringComparer.Ordinal);
            yield return new Restatement(subject.Stream, state.Version,
            [
                Restated(SubjectEntries.Restated, JsonSerializer.Serialize(said, SubjectJson.Default.SubjectState), said.Identity),
                .. proofs.Select(proof => Restated(SubjectEntries.ProofRestated, "{}", proof)),
            ]);

            NewJournalEntry Restated(string type, string data, string? payload) => new(type, state.LastOccurredAt, data)
            {
                Controller = subject.Controller,
                Subject = subject.Key,
                Payload = payload is null ? null : Digest.Parse(payload),
            };
        }
    }

    private static ValueTask<bool> WriteAsync(string controller, string key, SubjectState state, IStateStore states, CancellationToken cancellationToken) =>
        states.WriteAsync(StateOf(controller, key, state), cancellationToken);

    private static FoldedState StateOf(string controller, string key, SubjectState state) =>
        new(Subjects, controller, key, state.Position, JsonSerializer.Serialize(state, SubjectJson.Default.SubjectState));

    private static SubjectState Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, SubjectJson.Default.SubjectState)!;
}
