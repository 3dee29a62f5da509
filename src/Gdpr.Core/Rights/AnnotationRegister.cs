using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What people say of data that stays as it is, folded from the journal (Art. 16).</summary>
/// <param name="states">The state store.</param>
/// <param name="people">The people.</param>
/// <param name="vault">Where the words are.</param>
/// <param name="inventory">Looks for the records.</param>
internal sealed class AnnotationRegister(IStateStore states, SubjectRegister people, ISubjectVault vault, Func<PersonInventory> inventory)
    : PersonLog<AnnotationState>("annotations", AnnotationEntries.Prefix, AnnotationEntries.Restated, AnnotationJson.Default.AnnotationState, states, people)
{
    protected override AnnotationState None => AnnotationState.None;

    /// <summary>The annotations of a person; of one record's field, each request's last. Those whose words have been erased are over.</summary>
    public async ValueTask<IReadOnlyList<DataAnnotation>> ReadForAsync(DataSubject subject, CancellationToken cancellationToken)
    {
        var annotations = new List<DataAnnotation>();
        foreach (var line in (await ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Lines)
        {
            if (await WordsAsync(subject, line, cancellationToken).ConfigureAwait(false) is { } words)
            {
                annotations.RemoveAll(one =>
                    (one.Request, one.DataSet, one.NativeKey, one.Field) == (line.Request, line.DataSet, words.NativeKey, line.Field));
                annotations.Add(new DataAnnotation(line.DataSet, words.NativeKey, line.Field, words.Statement, line.At, line.Request));
            }
        }

        return annotations;
    }

    protected override (IReadOnlyList<string> Subjects, Func<AnnotationState, AnnotationState> Change)? ChangeOf(JournalEntry entry)
    {
        if (entry.Content is not { Type: AnnotationEntries.Annotated, Subject: { } key, Payload: { } payload })
        {
            return null;
        }

        var data = EntryData.Read(entry, AnnotationJson.Default.AnnotatedData);
        var line = new AnnotationLine(data.Request, data.DataSet, data.Field, entry.Content.OccurredAt, payload.ToString(), entry.Position);
        return ([key.ToString()], before => before with { Lines = [.. before.Lines.Where(one => one.Position != line.Position), line] });
    }

    /// <summary>What a restatement leaves out is over.</summary>
    protected override AnnotationState Join(AnnotationState one, AnnotationState other) =>
        one with { Lines = [.. other.Lines, .. one.Lines.Where(line => line.Position > other.StatedUpTo)] };

    protected override IEnumerable<string> PayloadsOf(AnnotationState state) => state.Lines.Select(line => line.Words);

    protected override Instant LastOf(AnnotationState state) => state.Lines.Select(line => line.At).DefaultIfEmpty(Instant.MinValue).Max();

    /// <summary>What is said of a record holds as long as the record is there (Art. 5(1)(e)); where nobody can tell, it may be.</summary>
    protected override async ValueTask<AnnotationState> StillAsync(DataSubject subject, AnnotationState state, CancellationToken cancellationToken)
    {
        var there = new Dictionary<string, IReadOnlySet<string>?>(StringComparer.Ordinal);
        var held = new List<AnnotationLine>();
        foreach (var line in state.Lines)
        {
            if (await WordsAsync(subject, line, cancellationToken).ConfigureAwait(false) is not { } words)
            {
                continue;
            }

            if (!there.TryGetValue(line.DataSet, out var keys))
            {
                var found = (await inventory().GatherAsync(subject, [line.DataSet], cancellationToken).ConfigureAwait(false)).FirstOrDefault();
                keys = found is { Status: GatherStatus.Read }
                    ? found.Records.Select(record => record.NativeKey).OfType<string>().ToHashSet(StringComparer.Ordinal) : null;
                there[line.DataSet] = keys;
            }

            if (keys is null || keys.Contains(words.NativeKey))
            {
                held.Add(line);
            }
        }

        return state with { Lines = held };
    }

    private async ValueTask<AnnotationWords?> WordsAsync(DataSubject subject, AnnotationLine line, CancellationToken cancellationToken) =>
        await vault.ReadPayloadAsync(subject.Controller, Digest.Parse(line.Words), cancellationToken).ConfigureAwait(false) is { } stored
            ? JsonSerializer.Deserialize(stored.Content.Span, AnnotationJson.Default.AnnotationWords) : null;
}
