using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>The states of people, folded from the journal. The position up to which facts beside the data must reflect them is sealed.</summary>
internal sealed class SubjectRegister(IJournalStore journal, IStateStore states) : ISealedFold, IJournalRestater
{
    private const string Subjects = "subjects";
    private const int PeoplePerRead = 1000;

    private long _factsHead;
    private long _published;

    public IReadOnlyList<string> States => [Subjects];

    public string SealName => Subjects;

    public string SealText => Volatile.Read(ref _factsHead).ToString(CultureInfo.InvariantCulture);

    /// <summary>The position in the journal that the facts beside the data must reflect, as far as it was folded; 0 where none ever were.</summary>
    public ValueTask<long> FactsHeadAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<long>(cancellationToken) : ValueTask.FromResult(Volatile.Read(ref _published));

    /// <summary>The position at which the facts of the person whom an entry is about change with it: its own, or that which an entry says again; 0 where they do
    /// not.</summary>
    public static long FactsAt(JournalEntry entry) =>
        !SubjectEntries.IsOf(entry.Stream) || entry.Content is not { Controller: not null, Subject: not null } ? 0
        : entry.Content.Type == SubjectEntries.Restated ? SubjectFold.After(SubjectState.Empty, entry).FactsPosition
        : SubjectFold.ChangesFacts(entry.Content.Type) ? entry.Position : 0;

    public void GoOnFrom(string? sealText) =>
        Volatile.Write(ref _factsHead, sealText is null ? 0 : long.Parse(sealText, CultureInfo.InvariantCulture));

    public void Note(JournalEntry entry) => Volatile.Write(ref _factsHead, Math.Max(_factsHead, FactsAt(entry)));

    public void Publish() => Volatile.Write(ref _published, _factsHead);

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

        // Whoever appended has usually written the state already: its position says so, before it is read.
        var stored = await states.ReadAsync(Subjects, controller, key.ToString(), cancellationToken).ConfigureAwait(false);
        if (stored is null || stored.Position < entry.Position)
        {
            var after = SubjectFold.After(stored is null ? SubjectState.Empty : Read(stored), entry);
            await WriteAsync(controller, key.ToString(), after, states, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Writes the states of many people after the entries that were just appended for each.</summary>
    public async ValueTask WriteAllAsync(
        IEnumerable<(DataSubject Subject, SubjectState Before, IReadOnlyList<JournalEntry> Appended)> changed, CancellationToken cancellationToken) =>
        await states.WriteAllAsync(
            [.. changed.Select(one => StateOf(one.Subject.Controller, one.Subject.Key.ToString(), one.Appended.Aggregate(one.Before, SubjectFold.After)))],
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Of everybody who is named in what expires, as the journal has it: a state that is gone, or was changed, would let go of what stands.
        await foreach (var subject in ReadNamedAsync(position, cancellationToken).ConfigureAwait(false))
        {
            var state = await ReadJournalledAsync(subject, cancellationToken).ConfigureAwait(false);
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

    /// <summary>The people in whose streams there are entries up to a position, each once.</summary>
    private async IAsyncEnumerable<DataSubject> ReadNamedAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var named = new HashSet<DataSubject>();
        await foreach (var entry in journal.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Position > position)
            {
                yield break;
            }

            if (SubjectEntries.IsOf(entry.Stream) && entry.Content is { Controller: { } controller, Subject: { } key } && named.Add(new DataSubject(controller, key)))
            {
                yield return new DataSubject(controller, key);
            }
        }
    }

    private static ValueTask<bool> WriteAsync(string controller, string key, SubjectState state, IStateStore states, CancellationToken cancellationToken) =>
        states.WriteAsync(StateOf(controller, key, state), cancellationToken);

    private static FoldedState StateOf(string controller, string key, SubjectState state) =>
        new(Subjects, controller, key, state.Position, JsonSerializer.Serialize(state, SubjectJson.Default.SubjectState));

    private static SubjectState Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, SubjectJson.Default.SubjectState)!;
}
